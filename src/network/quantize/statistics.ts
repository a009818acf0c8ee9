/**
 * What a layer's rounding needs to know of calibration data: how its inputs vary together, and with its outputs.
 * With these sums, the squared error of any choice of weights follows without looking at the data again.
 */
export interface LayerStatistics {
  /** Rows that were seen. */
  readonly rows: number;
  readonly taps: number;
  /** Mean of each input. */
  readonly inputMean: Float64Array;
  /** Covariance of the inputs, [taps, taps]. */
  readonly covariance: Float64Array;
  /** Mean of each filter's output. */
  readonly targetMean: Float64Array;
  /** Covariance of inputs with each filter's output, [filters, taps]. */
  readonly correlation: Float64Array;
}

export class StatisticsCollector {
  readonly #taps: number;
  readonly #filters: number;
  readonly #inputSum: Float64Array;
  readonly #products: Float64Array;
  readonly #targetSum: Float64Array;
  readonly #targetProducts: Float64Array;
  readonly #nonzero: Int32Array;
  #rows = 0;

  constructor(taps: number, filters: number) {
    this.#taps = taps;
    this.#filters = filters;
    this.#inputSum = new Float64Array(taps);
    this.#products = new Float64Array(taps * taps);
    this.#targetSum = new Float64Array(filters);
    this.#targetProducts = new Float64Array(filters * taps);
    this.#nonzero = new Int32Array(taps);
  }

  /** @param target output of `filter` is target[offset + filter · stride] */
  add(
    inputs: Int32Array | Float32Array,
    inputOffset: number,
    target: Float32Array,
    offset: number,
    stride: number,
  ): void {
    const taps = this.#taps;
    const products = this.#products;
    const nonzero = this.#nonzero;
    // Activations after ReLU are mostly zero, and zeros add nothing.
    let count = 0;
    for (let tap = 0; tap < taps; tap++) {
      const value = inputs[inputOffset + tap]!;
      if (value === 0) continue;
      nonzero[count++] = tap;
      this.#inputSum[tap]! += value;
    }
    for (let first = 0; first < count; first++) {
      const tap = nonzero[first]!;
      const value = inputs[inputOffset + tap]!;
      const row = tap * taps;
      for (let second = first; second < count; second++) {
        const other = nonzero[second]!;
        products[row + other]! += value * inputs[inputOffset + other]!;
      }
    }
    for (let filter = 0; filter < this.#filters; filter++) {
      const output = target[offset + filter * stride]!;
      this.#targetSum[filter]! += output;
      const row = filter * taps;
      for (let index = 0; index < count; index++) {
        const tap = nonzero[index]!;
        this.#targetProducts[row + tap]! += output * inputs[inputOffset + tap]!;
      }
    }
    this.#rows++;
  }

  statistics(): LayerStatistics {
    const taps = this.#taps;
    const rows = this.#rows;
    const inputMean = this.#inputSum.map((sum) => sum / rows);
    const targetMean = this.#targetSum.map((sum) => sum / rows);
    const covariance = new Float64Array(taps * taps);
    for (let row = 0; row < taps; row++) {
      for (let column = row; column < taps; column++) {
        const value = this.#products[row * taps + column]! / rows - inputMean[row]! * inputMean[column]!;
        covariance[row * taps + column] = value;
        covariance[column * taps + row] = value;
      }
    }
    const correlation = this.#targetProducts.map(
      (sum, index) => sum / rows - targetMean[Math.floor(index / taps)]! * inputMean[index % taps]!,
    );
    return { rows, taps, inputMean, covariance, targetMean, correlation };
  }
}
