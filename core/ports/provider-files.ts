// The files of a provider: what its models read, and what they have made.

export interface UploadFile {
  bytes: Uint8Array;
  contentType: string;
  fileName: string;
}

export interface ProviderFiles {
  /** Puts a file where the provider's models can read it, for so many seconds. Answers its address. */
  upload(file: UploadFile, seconds: number): Promise<string>;
  /** One of the provider's own files, as it comes. A file of more than `maxBytes` breaks off with ProviderFailed. */
  download(url: string, maxBytes: number, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
}
