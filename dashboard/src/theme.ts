import { createTheme, type MantineColorsTuple } from "@mantine/core";

/** The one accent, from light to dark. */
const accent: MantineColorsTuple = [
  "#eef3fb",
  "#dbe5f5",
  "#b4c8ea",
  "#8aa9de",
  "#658ed4",
  "#4d7dcd",
  "#3d71c7",
  "#2f5fae",
  "#26549c",
  "#1a4789",
];

/** Mantine's greys of the dark scheme, from text to ground, in the hue of `ui.css`. */
const dark: MantineColorsTuple = [
  "#e4e8ee",
  "#c3cad4",
  "#9aa5b5",
  "#7b8797",
  "#3a414d",
  "#2d333d",
  "#222730",
  "#1b1f26",
  "#14171c",
  "#0f1216",
];

export const theme = createTheme({
  primaryColor: "accent",
  primaryShade: 7,
  colors: { accent, dark },
  defaultRadius: "sm",
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace',
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "16px", xl: "20px" },
  headings: {
    fontWeight: "600",
    sizes: { h1: { fontSize: "20px" }, h2: { fontSize: "15px" }, h3: { fontSize: "14px" } },
  },
  respectReducedMotion: true,
  autoContrast: true,
  components: {
    // Every field of a form is required here; a mark beside each would say nothing.
    TextInput: { defaultProps: { withAsterisk: false } },
    PasswordInput: { defaultProps: { withAsterisk: false } },
    Modal: { defaultProps: { closeButtonProps: { "aria-label": "Close" } } },
    Drawer: { defaultProps: { closeButtonProps: { "aria-label": "Close" } } },
  },
});
