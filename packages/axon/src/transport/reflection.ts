import type { Server } from '@grpc/grpc-js'
import { type Protocol, protocolDescriptors, TensorKitError } from '@tensorkit/core'

/** Serves reflection by `@grpc/reflection`, an optional peer that only those who switch it on need. */
export async function addReflection(server: Server, protocols: readonly Protocol[]): Promise<void> {
  const { ReflectionService } = await import('@grpc/reflection').catch((cause: unknown) => {
    throw new TensorKitError('CORE_NOT_SUPPORTED', 'Reflection needs the package @grpc/reflection', {
      cause,
      remedy: 'Install @grpc/reflection beside @tensorkit/axon, or leave out `reflection: true`.',
    })
  })
  const files = protocols.flatMap((protocol) => protocolDescriptors(protocol).map((file) => Buffer.from(file)))
  // The library takes what proto-loader makes; of that it reads the files' descriptors alone.
  const definition = { files: { format: 'Protocol Buffer 3 DescriptorProto', type: {}, fileDescriptorProtos: files } }
  new ReflectionService(definition as ConstructorParameters<typeof ReflectionService>[0]).addToServer(server)
}
