import { EventEmitter } from 'node:events'
import type { Server, ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js'
import { type Protocol, protocolDescriptors, TensorKitError } from '@tensorkit/core'
import { refusals } from '../refusal.js'
import type { AnonymousOptions } from '../services/anonymous-service.js'
import type { CallHandler, IncomingCall } from './incoming-call.js'
import type { ServerTransport } from './server-transport.js'

// Names of symbols and files.
const maxQuestionBytes = 16 * 1024

/** Serves grpc.reflection.v1 and v1alpha by `@grpc/reflection`, an optional peer that only those who switch it on need. */
export async function serveReflection(
  transport: ServerTransport,
  protocols: readonly Protocol[],
  options: AnonymousOptions,
): Promise<void> {
  const { ReflectionService } = await import('@grpc/reflection').catch((cause: unknown) => {
    throw new TensorKitError('CORE_NOT_SUPPORTED', 'Reflection needs the package @grpc/reflection', {
      cause,
      remedy: 'Install @grpc/reflection beside @tensorkit/axon, or leave out `reflection: true`.',
    })
  })
  const files = protocols.flatMap((protocol) => protocolDescriptors(protocol).map((file) => Buffer.from(file)))
  // The library takes what proto-loader makes; of that it reads the files' descriptors alone.
  const definition = { files: { format: 'Protocol Buffer 3 DescriptorProto', type: {}, fileDescriptorProtos: files } }
  // And it gives its services to whatever takes services, which need not be a server of grpc-js.
  const server: Pick<Server, 'addService'> = {
    addService(service: ServiceDefinition, implementation: UntypedServiceImplementation) {
      for (const [name, method] of Object.entries(service)) {
        const answer = implementation[name]
        if (answer === undefined) continue
        transport.handle(
          method.path,
          reflectionHandler(options, (question) => ask(question, method, answer as Answer)),
        )
      }
    },
  }
  new ReflectionService(definition as ConstructorParameters<typeof ReflectionService>[0]).addToServer(server)
}

type Answer = (stream: EventEmitter) => void
type Method = ServiceDefinition[string]

/** The library's service is a stream in which it answers each question as it comes. */
function ask(question: Buffer, method: Method, answer: Answer): Uint8Array[] {
  const answers: Uint8Array[] = []
  const stream = Object.assign(new EventEmitter(), {
    write: (message: unknown) => answers.push(method.responseSerialize(message)),
    end: () => {},
  })
  answer(stream)
  stream.emit('data', method.requestDeserialize(question))
  return answers
}

function reflectionHandler({ gate, timeoutMs }: AnonymousOptions, answersTo: (question: Buffer) => readonly Uint8Array[]): CallHandler {
  return (call) => {
    const leave = call.isCompressed === true ? refusals.compressed : gate.enter(call)
    if (typeof leave !== 'function') {
      call.refuse(leave)
      return
    }
    const timer = setTimeout(() => call.refuse(refusals.deadline), timeoutMs)
    call.onOver(() => {
      clearTimeout(timer)
      leave()
    })
    void serve(call, answersTo).catch(() => call.refuse(refusals.undecodable))
  }
}

async function serve(call: IncomingCall, answersTo: (question: Buffer) => readonly Uint8Array[]): Promise<void> {
  for (;;) {
    const question = await call.readMessage()
    if (call.isOver) return
    if (question === undefined) {
      call.finish()
      return
    }
    if (!(question instanceof Uint8Array) || question.length > maxQuestionBytes) {
      call.refuse(question instanceof Uint8Array ? refusals.undecodable : question)
      return
    }
    for (const answer of answersTo(Buffer.from(question.buffer, question.byteOffset, question.length))) await call.sendMessage(answer)
  }
}
