import { convertIndexedToRgb, type DecodedPng, decode } from 'fast-png';
import { ModelError } from '../model-error.js';
import type { ImageSet } from './image-set.js';

export function isPng(bytes: Uint8Array): boolean {
  return bytes[0] === 0x89 && bytes[1] === 0x50 && bytes[2] === 0x4e && bytes[3] === 0x47;
}

/**
 * One image of `channels` (1 or 3) channels of 8 bits; 1 if not given and the picture is grey. A palette is resolved,
 * an opaque alpha channel dropped; grey becomes colour by repetition, colour becomes grey only if it is grey.
 *
 * @throws ModelError for damaged files, 16-bit samples, transparency, or colours where grey is asked for
 */
export function parsePng(bytes: Uint8Array, file: string, channels?: number): ImageSet {
  let png: DecodedPng;
  try {
    png = decode(bytes, { checkCrc: true });
  } catch (error) {
    throw new ModelError(
      `not a readable PNG (${error instanceof Error ? error.message : String(error)})`,
      { file },
      'save the picture again',
    );
  }
  const { width, height } = png;
  const size = width * height;
  const { samples, perPixel } = bytesOf(png, file);
  const colours = perPixel >= 3 ? 3 : 1;
  if (perPixel === colours + 1) {
    for (let pixel = 0; pixel < size; pixel++) {
      if (samples[pixel * perPixel + colours] !== 255) {
        throw new ModelError(
          `pixel (${Math.floor(pixel / width)}, ${pixel % width}) is transparent`,
          { file },
          'save the picture without transparency',
        );
      }
    }
  }
  const planes = Array.from({ length: colours }, (_, colour) =>
    Uint8Array.from({ length: size }, (__, pixel) => samples[pixel * perPixel + colour]!),
  );
  const first = planes[0]!;
  const grey = planes.every((plane) => plane.every((value, pixel) => value === first[pixel]));
  const wanted = channels ?? (grey ? 1 : 3);
  if (wanted !== 3 && !(wanted === 1 && grey)) {
    throw new ModelError(
      `the picture is ${grey ? 'grey' : 'coloured'}, but ${wanted} ${wanted === 1 ? 'channel is' : 'channels are'} asked for`,
      { file },
      wanted === 1 ? 'convert it to grey' : 'PNG files give 1 or 3 channels; use .npy for others',
    );
  }
  const pixels = new Uint8Array(wanted * size);
  for (let channel = 0; channel < wanted; channel++) pixels.set(planes[channel] ?? first, channel * size);
  return { count: 1, shape: [wanted, height, width], pixels };
}

function bytesOf(png: DecodedPng, file: string): { samples: ArrayLike<number>; perPixel: number } {
  if (png.palette) {
    const perPixel = png.palette[0]?.length ?? 3;
    return { samples: convertIndexedToRgb(png), perPixel };
  }
  if (png.depth !== 8) {
    throw new ModelError(`samples of ${png.depth} bits`, { file }, 'save the picture with 8 bits a sample');
  }
  return { samples: png.data, perPixel: png.channels };
}
