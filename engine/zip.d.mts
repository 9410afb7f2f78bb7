/** The first file of a zip archive whose name is wanted. The archive is neither encrypted nor larger than 4 GB. */
export function readZipEntry(archive: Buffer, isWanted: (name: string) => boolean): Buffer;
