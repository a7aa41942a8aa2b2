/** The Temporal CLI that mcpa fetches or builds. */
export const ENGINE_VERSION = '1.8.2';
