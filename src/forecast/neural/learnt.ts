/** What a network has learnt from a history, and from which part of it. */
export interface Learnt {
  /** Season lengths of the inputs, in steps. */
  readonly seasons: readonly number[];
  /** Of the inputs: the usual change over the horizon. */
  readonly inputScale: number;
  /** Of the outputs: the usual change until each knot. */
  readonly scales: Float64Array;
  /** Weights learnt from what lies before index `judgedFrom` alone; what comes after judges them. */
  readonly early: Float32Array;
  readonly judgedFrom: number;
  /** Weights learnt from all that lies before index `fittedTo`: they forecast from its end on. */
  readonly final: Float32Array;
  readonly fittedTo: number;
  /** Trainings since the one that began from nothing; 0: this one did. */
  readonly warmStarts: number;
}
