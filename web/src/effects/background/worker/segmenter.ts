// Finds the person in a picture: MediaPipe's selfie segmentation, WebAssembly and model from our own server.
import type { Results, SelfieSegmentation } from '@mediapipe/selfie_segmentation';
import solutionUrl from '@mediapipe/selfie_segmentation/selfie_segmentation.js?url';
import graphUrl from '@mediapipe/selfie_segmentation/selfie_segmentation.binarypb?url';
import squareModelUrl from '@mediapipe/selfie_segmentation/selfie_segmentation.tflite?url';
import wideModelUrl from '@mediapipe/selfie_segmentation/selfie_segmentation_landscape.tflite?url';
import simdScriptUrl from '@mediapipe/selfie_segmentation/selfie_segmentation_solution_simd_wasm_bin.js?url';
import simdWasmUrl from '@mediapipe/selfie_segmentation/selfie_segmentation_solution_simd_wasm_bin.wasm?url';
import { importScripts } from './scope';

/** What the library calls its files, and where our build put them; without those for browsers that have no vector instructions. */
const FILES: Readonly<Record<string, string>> = {
  'selfie_segmentation.binarypb': graphUrl,
  'selfie_segmentation.tflite': squareModelUrl,
  'selfie_segmentation_landscape.tflite': wideModelUrl,
  'selfie_segmentation_solution_simd_wasm_bin.js': simdScriptUrl,
  'selfie_segmentation_solution_simd_wasm_bin.wasm': simdWasmUrl,
};

function locateFile(name: string): string {
  const url = FILES[name];
  if (url === undefined) throw new Error(`a file that we do not serve: ${name}`);
  return url;
}

/** A script element, as far as the library uses one. */
class ScriptElement {
  #address = '';
  readonly #heard = new Map<string, () => void>();

  setAttribute(name: string, value: string): void {
    if (name === 'src') this.#address = value;
  }

  addEventListener(name: string, listener: () => void): void {
    this.#heard.set(name, listener);
  }

  run(): void {
    importScripts(this.#address);
    this.#heard.get('load')?.();
  }
}

/** The library's own way of running in a worker is unfinished, so it is told that it is in a page, and gets the little of one that it asks for. */
function pretendPage(): void {
  const page = {
    addEventListener: () => undefined,
    createElement: (name: string) => (name === 'canvas' ? new OffscreenCanvas(1, 1) : new ScriptElement()),
    body: { appendChild: (script: ScriptElement) => script.run() },
  };
  Object.assign(globalThis, { window: globalThis, document: page });
}

type Library = { SelfieSegmentation: new (config: { locateFile: (name: string) => string }) => SelfieSegmentation };

/** What the models look at; the wide one sees 256 by 144, the square one 256 by 256. */
const SIGHT = { wide: { width: 256, height: 144, model: 1 }, upright: { width: 256, height: 256, model: 0 } } as const;
export type Shape = keyof typeof SIGHT;

export class Segmenter {
  readonly #library: SelfieSegmentation;
  readonly #sight: OffscreenCanvas;
  readonly #pen: OffscreenCanvasRenderingContext2D;
  #mask: ImageBitmap | undefined;
  #looking: Promise<unknown> = Promise.resolve();

  private constructor(library: SelfieSegmentation, sight: OffscreenCanvas, pen: OffscreenCanvasRenderingContext2D) {
    this.#library = library;
    this.#sight = sight;
    this.#pen = pen;
    library.onResults(({ segmentationMask }: Results) => {
      // In a worker it can only be this.
      this.#mask = segmentationMask as ImageBitmap;
    });
  }

  static async load(shape: Shape): Promise<Segmenter> {
    if (!('SelfieSegmentation' in globalThis)) {
      pretendPage();
      importScripts(solutionUrl);
    }
    const { width, height, model } = SIGHT[shape];
    const library = new (globalThis as unknown as Library).SelfieSegmentation({ locateFile });
    library.setOptions({ modelSelection: model, selfieMode: false });
    await library.initialize();
    const sight = new OffscreenCanvas(width, height);
    const pen = sight.getContext('2d', { alpha: false });
    if (pen === null) throw new Error('no canvas to look at');
    const segmenter = new Segmenter(library, sight, pen);
    // The first look compiles what the others use.
    (await segmenter.look()).close();
    return segmenter;
  }

  /** How much of each point is person, as the mask's opacity. The caller closes it. One look after the other, or one would get another's mask. */
  segment(picture: CanvasImageSource): Promise<ImageBitmap> {
    const looked = this.#looking.then(() => {
      this.#pen.drawImage(picture, 0, 0, this.#sight.width, this.#sight.height);
      return this.look();
    });
    this.#looking = looked.catch(() => undefined);
    return looked;
  }

  #take(): ImageBitmap {
    if (this.#mask === undefined) throw new Error('no mask');
    return this.#mask;
  }

  private async look(): Promise<ImageBitmap> {
    this.#mask = undefined;
    await this.#library.send({ image: this.#sight as unknown as HTMLCanvasElement });
    return this.#take();
  }
}
