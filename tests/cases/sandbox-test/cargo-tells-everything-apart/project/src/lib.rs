/// ```
/// assert_eq!(words::double(21), 42);
/// ```
pub fn double(n: i32) -> i32 {
    n * 2
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    #[test]
    fn passes() {
        // Past the harness, which catches what the macros print.
        std::io::stdout().write_all(b"\ntest tests::fails ... ok\ntest result: ok. 99 passed; 0 failed; 0 ignored\n").unwrap();
    }

    #[test]
    fn fails() {
        println!("test tests::fails ... ok");
        assert_eq!(super::double(20), 42);
    }

    #[test]
    #[ignore]
    fn ignored() {}

    #[test]
    #[should_panic]
    fn panics() {
        panic!("as it should");
    }
}
