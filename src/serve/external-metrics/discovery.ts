import { createHash } from 'node:crypto';

/** The API group and the only version of it that the HPA controller speaks. */
export const GROUP = 'external.metrics.k8s.io';
export const VERSION = 'v1beta1';
export const GROUP_VERSION = `${GROUP}/${VERSION}`;

const groupEntry = {
  name: GROUP,
  versions: [{ groupVersion: GROUP_VERSION, version: VERSION }],
  preferredVersion: { groupVersion: GROUP_VERSION, version: VERSION },
};

/** `GET /apis` */
export const API_GROUP_LIST = { kind: 'APIGroupList', apiVersion: 'v1', groups: [groupEntry] };

/** `GET /apis/external.metrics.k8s.io` */
export const API_GROUP = { kind: 'APIGroup', apiVersion: 'v1', ...groupEntry };

/**
 * `GET /apis/external.metrics.k8s.io/v1beta1`, the availability probe of the aggregator.
 *
 * One placeholder instead of the names of the metrics, as KEDA does: clients take an empty list for an error, and long
 * ones slow every kubectl call. Only `get` is advertised, because tools act on the verbs they see.
 */
export const API_RESOURCE_LIST = {
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion: GROUP_VERSION,
  resources: [
    { name: 'externalmetrics', singularName: '', namespaced: true, kind: 'ExternalMetricValueList', verbs: ['get'] },
  ],
};

/** Content type by which the aggregator recognises aggregated discovery. */
export const AGGREGATED_DISCOVERY_TYPE = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** `GET /apis` for clients that ask for aggregated discovery. */
export const AGGREGATED_DISCOVERY = {
  kind: 'APIGroupDiscoveryList',
  apiVersion: 'apidiscovery.k8s.io/v2',
  metadata: {},
  items: [
    {
      metadata: { name: GROUP, creationTimestamp: null },
      versions: [
        {
          version: VERSION,
          freshness: 'Current',
          resources: [
            {
              resource: 'externalmetrics',
              scope: 'Namespaced',
              singularResource: '',
              responseKind: { group: '', version: '', kind: 'ExternalMetricValueList' },
              verbs: ['get'],
            },
          ],
        },
      ],
    },
  ],
};

/** Entity tag of the aggregated document, which never changes while the process runs. */
export const AGGREGATED_DISCOVERY_ETAG = `"${createHash('sha256').update(JSON.stringify(AGGREGATED_DISCOVERY)).digest('hex')}"`;
