import { expect, test } from "vitest";

import { typedName, withName } from "./mentions.ts";

test("a name begins at a sign that no letter or digit stands before", () => {
  expect(typedName("请 @")).toBe("");
  expect(typedName("请@张")).toBe("张");
  expect(typedName("＠zs")).toBe("zs");
  expect(typedName("mail a@b")).toBeNull();
  expect(typedName("@张三 好")).toBeNull();
  expect(typedName(`@${"长".repeat(21)}`)).toBeNull();
});

test("what is taken replaces what was typed, with a blank after it", () => {
  expect(withName("请@zs 看", 4, "张三")).toEqual({ text: "请@张三 看", caret: 5 });
  expect(withName("@", 1, "张三")).toEqual({ text: "@张三 ", caret: 4 });
});
