import { load } from '@grpc/proto-loader';
import { describe, expect, it } from 'vitest';
import { externalScalerProto } from '../../../src/core/external-scaler-proto.js';
import { withMapEntries } from '../../../src/serve/keda/map-entries.js';
import { describeService } from '../../../src/serve/keda/service-definition.js';

const SERVICE = 'externalscaler.ExternalScaler';

/** `GetMetricSpec`'s description of a file, as reflection sends it. */
function fileOf(definitions: Readonly<Record<string, unknown>>): Buffer {
  const message = definitions['externalscaler.ScaledObjectRef'] as { readonly fileDescriptorProtos: Buffer[] };
  return message.fileDescriptorProtos[0]!;
}

describe('the description of a contract that reflection gives', () => {
  it('names the entries of a map as protoc does, without which grpcurl refuses it', () => {
    const described = fileOf(describeService(externalScalerProto, SERVICE).package);
    // DescriptorProto: field 3, nested_type; its field 1, name, of 19 bytes; and field 7, options: map_entry is their field 7.
    expect(described.includes(Buffer.from('\x0a\x13ScalerMetadataEntry', 'latin1'))).toBe(true);
    expect(described.includes(Buffer.from([0x3a, 0x02, 0x38, 0x01]))).toBe(true);
  });

  it('has the messages of the published contract', async () => {
    const published = await load(new URL('proto/externalscaler.proto', import.meta.url).pathname, { keepCase: true });
    const names = (definitions: object): string[] => Object.keys(definitions).toSorted();
    const ours = names(describeService(externalScalerProto, SERVICE).package);
    expect(ours.filter((name) => !name.endsWith('Entry'))).toEqual(names(published));
  });
});

describe('withMapEntries', () => {
  const text = { type: 'string', id: 1 };
  it.each([
    ['leaves a message without maps as it is', { fields: { name: text } }, { fields: { name: text } }],
    [
      'writes out a map, with the name of its field in capitals',
      { fields: { name: text, extra_labels: { keyType: 'string', type: 'int32', id: 2 } } },
      {
        fields: { name: text, extra_labels: { rule: 'repeated', type: 'ExtraLabelsEntry', id: 2 } },
        nested: {
          ExtraLabelsEntry: {
            options: { map_entry: true },
            fields: { key: { type: 'string', id: 1 }, value: { type: 'int32', id: 2 } },
          },
        },
      },
    ],
    [
      'goes into what is nested, and keeps it',
      {
        nested: { p: { nested: { A: { fields: { m: { keyType: 'int32', type: 'B', id: 1 } }, nested: { B: {} } } } } },
      },
      {
        nested: {
          p: {
            nested: {
              A: {
                fields: { m: { rule: 'repeated', type: 'MEntry', id: 1 } },
                nested: {
                  B: {},
                  MEntry: {
                    options: { map_entry: true },
                    fields: { key: { type: 'int32', id: 1 }, value: { type: 'B', id: 2 } },
                  },
                },
              },
            },
          },
        },
      },
    ],
  ])('%s', (_, contract, expected) => {
    expect(withMapEntries(contract)).toEqual(expected);
  });
});
