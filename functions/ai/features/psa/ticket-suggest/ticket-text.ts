// The words by which tickets are compared.

/** The title counts twice: it says what somebody took for the matter. */
export const textOf = ({ title, text }: { readonly title: string; readonly text?: string | undefined }): string =>
  `${title}\n${title}\n${text ?? ''}`

type Closed = Parameters<typeof textOf>[0] & { readonly resolution?: string | undefined }

/** What solved a ticket says as well what it was about. */
export const closedTextOf = (closed: Closed): string => `${textOf(closed)}\n${closed.resolution ?? ''}`
