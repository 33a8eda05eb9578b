import eslint from "@eslint/js";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["**/dist/", "**/node_modules/", "data/", "dashboard/src/api/schema.d.ts"] },
  eslint.configs.recommended,
  {
    files: ["**/*.ts", "**/*.tsx"],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      "@typescript-eslint/no-import-type-side-effects": "error",
      // A port is an abstract class that its backends implement, not extend.
      "@typescript-eslint/no-unsafe-class-instance-assignment": "off",
      // Nest modules are classes that only carry a decorator.
      "@typescript-eslint/no-extraneous-class": ["error", { allowWithDecorator: true, allowStaticOnly: true }],
      // Numbers in messages are fine; objects are not.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "no-restricted-syntax": [
        "error",
        {
          selector: "MemberExpression[object.name='process'][property.name='env']",
          message: "Settings come from the injected configuration; only src/config reads the environment.",
        },
      ],
    },
  },
  {
    files: ["dashboard/**/*.ts", "dashboard/**/*.tsx"],
    rules: {
      // Handlers of events may be what they call: `onClick={() => close()}`.
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
    },
  },
  {
    // Runs in browsers before anything else, without being compiled.
    files: ["dashboard/public/**"],
    languageOptions: {
      sourceType: "script",
      globals: Object.fromEntries(
        [
          "addEventListener",
          "document",
          "HTMLLinkElement",
          "HTMLScriptElement",
          "localStorage",
          "location",
          "matchMedia",
          "sessionStorage",
          "setTimeout",
        ].map((name) => [name, "readonly"]),
      ),
    },
  },
  {
    // Runs in the pages that the benchmark measures.
    files: ["bench/browser/in-page.js"],
    languageOptions: {
      sourceType: "script",
      globals: Object.fromEntries(
        [
          "addEventListener",
          "document",
          "MessageChannel",
          "MutationObserver",
          "performance",
          "PerformanceObserver",
          "requestAnimationFrame",
          "window",
        ].map((name) => [name, "readonly"]),
      ),
    },
  },
  { files: ["src/config/**", "agent/src/**", "test/**"], rules: { "no-restricted-syntax": "off" } },
  {
    files: ["**/*.mjs", "**/*.cjs"],
    languageOptions: {
      globals: Object.fromEntries(
        [
          "process",
          "console",
          "setTimeout",
          "clearTimeout",
          "setInterval",
          "clearInterval",
          "performance",
          "URL",
          "fetch",
          "Buffer",
          "AbortSignal",
          "module",
          "require",
          "__dirname",
        ].map((name) => [name, "readonly"]),
      ),
    },
  },
);
