import { bidi, defineProtocol, message, serverStreaming, string, uint32 } from '@tensorkit/core'

const Prompt = message('Prompt', {
  /** The words to go on from. */
  text: string(1),
  /** Fixes every choice of the model, so that its answer can be checked word by word. */
  seed: uint32(2),
  /** Words at most. */
  maxTokens: uint32(3),
})

const Token = message('Token', {
  /** The prompt that it belongs to: 0 for the first one of the call. */
  chapter: uint32(1),
  /** Its place in the chapter, from 0. */
  index: uint32(2),
  text: string(3),
})

/** The subnet's protocol: how does the story go on? */
export const Storyteller = defineProtocol('stream.v1.Storyteller', {
  /** One prompt, its words as they come. */
  tell: serverStreaming({ request: Prompt, response: Token }),
  /** Each further prompt ends the chapter under way and begins the next; whoever asks cancels when they have heard enough. */
  steer: bidi({ request: Prompt, response: Token }),
})
