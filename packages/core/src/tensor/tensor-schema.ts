import type { FileSchema } from '../protocol/schema.js'
import { dtypes } from './dtype.js'
import { tensorProtoPath } from './tensor-codec.js'

/** The file of {@link tensorProto}, as a schema. */
export const tensorSchema: FileSchema = {
  packageName: 'tensorkit.tensor.v1',
  path: tensorProtoPath,
  imports: [],
  enums: [
    {
      name: 'DType',
      values: [['DTYPE_UNSPECIFIED', 0], ...Object.entries(dtypes).map(([name, { wire }]): [string, number] => [name, wire])],
    },
  ],
  messages: [
    {
      name: 'Tensor',
      messages: [],
      enums: [],
      fields: [
        { name: 'dtype', protoName: 'dtype', number: 1, label: 'singular', type: { kind: 'enum', fullName: 'tensorkit.tensor.v1.DType' } },
        { name: 'shape', protoName: 'shape', number: 2, label: 'repeated', type: { kind: 'scalar', scalar: 'uint64' } },
        { name: 'data', protoName: 'data', number: 3, label: 'singular', type: { kind: 'scalar', scalar: 'bytes' } },
      ],
    },
  ],
}
