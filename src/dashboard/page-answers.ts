/** What every page answers. */
export const pageAnswers = {
  200: { description: "The page.", mediaType: "text/html" },
  302: "To the login, for those who are not logged in.",
};
