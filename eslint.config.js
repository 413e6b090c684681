import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["sanku/static/dist", "node_modules"] },
  ...tseslint.configs.strict,
  {
    rules: {
      eqeqeq: "error",
      "no-console": "error",
      "prefer-const": "error",
      "max-lines": ["error", 400],
      complexity: ["error", 20],
    },
  },
);
