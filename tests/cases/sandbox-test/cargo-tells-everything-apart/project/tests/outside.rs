#[test]
fn from_outside() {
    assert_eq!(words::double(1), 2);
}
