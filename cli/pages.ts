/** The address of a page of the documentation. */
export const pageOf = (page: string): string =>
  `https://github.com/attractor/attractor/blob/main/docs/${page}`;
