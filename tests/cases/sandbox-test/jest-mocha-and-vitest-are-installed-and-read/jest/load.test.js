require("./nothing"); test("never", () => {});
