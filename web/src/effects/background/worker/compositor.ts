// Draws a person before another background, with WebGL 2 on a canvas of the worker's own.
import { isImage, paint, type ActiveBackground } from '../backgrounds';
import { BLUR, EVERYWHERE, TOGETHER, WITHOUT_PERSON } from './shaders';

/** Rows of the small picture that is blurred, and how often: the fewer rows, the farther the blur reaches. */
const BLURS = { blurLight: { rows: 144, times: 2 }, blurStrong: { rows: 64, times: 3 } } as const;

const IMAGE_SIZE = { width: 1280, height: 720 };

interface Program {
  use: () => void;
  uniform: (name: string) => WebGLUniformLocation | null;
}

/** A picture that is drawn into. */
interface Target {
  texture: WebGLTexture;
  frame: WebGLFramebuffer;
}

export class Compositor {
  readonly canvas = new OffscreenCanvas(1, 1);
  readonly #gl: WebGL2RenderingContext;
  readonly #withoutPerson: Program;
  readonly #blur: Program;
  readonly #together: Program;
  readonly #picture: WebGLTexture;
  readonly #mask: WebGLTexture;
  readonly #image: WebGLTexture;
  readonly #targets: readonly [Target, Target];
  #background: ActiveBackground = 'blurStrong';
  #painted: ActiveBackground | undefined;
  #smallSize = '';
  #hasMask = false;

  constructor() {
    const gl = this.canvas.getContext('webgl2', { alpha: false, antialias: false, depth: false, stencil: false });
    if (gl === null) throw new Error('no WebGL 2');
    this.#gl = gl;
    this.#withoutPerson = program(gl, WITHOUT_PERSON);
    this.#blur = program(gl, BLUR);
    this.#together = program(gl, TOGETHER);
    this.#picture = texture(gl);
    this.#mask = texture(gl);
    this.#image = texture(gl);
    this.#targets = [target(gl), target(gl)];
  }

  setBackground(background: ActiveBackground): void {
    this.#background = background;
  }

  /** A new mask for this picture and those after it. */
  setMask(mask: ImageBitmap): void {
    this.#upload(this.#mask, mask);
    this.#hasMask = true;
  }

  /** Draws onto the canvas, which takes this size. */
  draw(picture: TexImageSource, width: number, height: number): void {
    // Without a mask everything would count as person or as room by chance.
    if (!this.#hasMask) throw new Error('no mask yet');
    const gl = this.#gl;
    if (gl.isContextLost()) throw new Error('the graphics context was lost');
    if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, { width, height });
    this.#upload(this.#picture, picture);
    const background = this.#background;
    if (isImage(background)) {
      this.#paintImage(background);
      const [mine, theirs] = [width / height, IMAGE_SIZE.width / IMAGE_SIZE.height];
      this.#compose(this.#image, false, mine > theirs ? [1, theirs / mine] : [mine / theirs, 1], width, height);
    } else {
      const { rows, times } = BLURS[background];
      this.#compose(this.#blurred(Math.round((rows * width) / height), rows, times), true, [1, 1], width, height);
    }
  }

  #paintImage(image: Parameters<typeof paint>[0]): void {
    if (this.#painted === image) return;
    const canvas = new OffscreenCanvas(IMAGE_SIZE.width, IMAGE_SIZE.height);
    const pen = canvas.getContext('2d');
    if (pen === null) throw new Error('no canvas to paint on');
    paint(image, pen, canvas.width, canvas.height);
    this.#upload(this.#image, canvas);
    this.#painted = image;
  }

  #blurred(width: number, height: number, times: number): WebGLTexture {
    const gl = this.#gl;
    const [a, b] = this.#targets;
    if (this.#smallSize !== `${width}x${height}`) {
      for (const { texture: into } of this.#targets) {
        gl.bindTexture(gl.TEXTURE_2D, into);
        gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, width, height, 0, gl.RGBA, gl.UNSIGNED_BYTE, null);
      }
      this.#smallSize = `${width}x${height}`;
    }
    gl.viewport(0, 0, width, height);
    this.#withoutPerson.use();
    this.#bind(this.#withoutPerson, { picture: this.#picture, mask: this.#mask });
    gl.uniform2f(this.#withoutPerson.uniform('texel'), 1 / width, 1 / height);
    this.#into(a);
    this.#blur.use();
    for (let time = 0; time < times; time += 1) {
      for (const [from, to, x, y] of [[a, b, 1 / width, 0], [b, a, 0, 1 / height]] as const) {
        this.#bind(this.#blur, { picture: from.texture });
        gl.uniform2f(this.#blur.uniform('step'), x, y);
        this.#into(to);
      }
    }
    return a.texture;
  }

  #compose(behind: WebGLTexture, weighted: boolean, cover: [number, number], width: number, height: number): void {
    const gl = this.#gl;
    gl.viewport(0, 0, width, height);
    this.#together.use();
    this.#bind(this.#together, { picture: this.#picture, mask: this.#mask, behind });
    gl.uniform1i(this.#together.uniform('weighted'), weighted ? 1 : 0);
    gl.uniform2f(this.#together.uniform('cover'), ...cover);
    this.#into(null);
  }

  #bind({ uniform }: Program, textures: Record<string, WebGLTexture>): void {
    const gl = this.#gl;
    Object.entries(textures).forEach(([name, bound], unit) => {
      gl.activeTexture(gl.TEXTURE0 + unit);
      gl.bindTexture(gl.TEXTURE_2D, bound);
      gl.uniform1i(uniform(name), unit);
    });
  }

  #into(into: Target | null): void {
    const gl = this.#gl;
    gl.bindFramebuffer(gl.FRAMEBUFFER, into === null ? null : into.frame);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
  }

  #upload(into: WebGLTexture, picture: TexImageSource): void {
    const gl = this.#gl;
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, into);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, picture);
  }
}

function program(gl: WebGL2RenderingContext, fragment: string): Program {
  const made = gl.createProgram();
  for (const [kind, source] of [[gl.VERTEX_SHADER, EVERYWHERE], [gl.FRAGMENT_SHADER, fragment]] as const) {
    const shader = gl.createShader(kind);
    if (shader === null) throw new Error('no shader');
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(made, shader);
  }
  gl.linkProgram(made);
  if (gl.getProgramParameter(made, gl.LINK_STATUS) !== true) throw new Error(gl.getProgramInfoLog(made) ?? 'a program that does not link');
  const found = new Map<string, WebGLUniformLocation | null>();
  return {
    use: () => gl.useProgram(made),
    uniform(name) {
      const known = found.get(name);
      if (known !== undefined) return known;
      const location = gl.getUniformLocation(made, name);
      found.set(name, location);
      return location;
    },
  };
}

function texture(gl: WebGL2RenderingContext): WebGLTexture {
  const made = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, made);
  for (const [name, value] of [
    [gl.TEXTURE_MIN_FILTER, gl.LINEAR],
    [gl.TEXTURE_MAG_FILTER, gl.LINEAR],
    [gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE],
    [gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE],
  ] as const) {
    gl.texParameteri(gl.TEXTURE_2D, name, value);
  }
  return made;
}

function target(gl: WebGL2RenderingContext): Target {
  const into = texture(gl);
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, 1, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, null);
  const frame = gl.createFramebuffer();
  gl.bindFramebuffer(gl.FRAMEBUFFER, frame);
  gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, into, 0);
  return { texture: into, frame };
}
