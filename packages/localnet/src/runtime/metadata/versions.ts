/** The versions of metadata that can be asked for. */
export const metadataVersions = [14, 15, 16] as const
export type MetadataVersion = (typeof metadataVersions)[number]

export const isMetadataVersion = (version: number): version is MetadataVersion => metadataVersions.some((known) => known === version)
