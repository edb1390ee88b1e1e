/** The readings of the documents that every system knows, whether or not they differ for it. */

/** `product`: as built; `rfc`: as the RFCs ask where they differ; `patent`: literally as in the documents. */
export const profiles = ["product", "rfc", "patent"] as const;
