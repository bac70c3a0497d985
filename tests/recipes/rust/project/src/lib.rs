pub fn answer() -> u32 {
    std::thread::spawn(|| 6 * 7).join().unwrap()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_thread_answers() {
        assert_eq!(super::answer(), 42);
    }
}
