// The words by which tickets are compared.

/** The title counts twice: it says what somebody took for the matter. */
export const textOf = ({ title, text }: { readonly title: string; readonly text?: string | undefined }): string =>
  `${title}\n${title}\n${text ?? ''}`
