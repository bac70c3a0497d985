import "./nothing.js"; import { test } from "vitest"; test("never", () => {});
