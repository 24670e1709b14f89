// The programs that put a person before another background (GLSL ES 3.00). Textures have the picture's first row at 0, as they are uploaded.

/** One triangle over everything. */
export const EVERYWHERE = `#version 300 es
out vec2 at;
void main() {
  at = vec2((gl_VertexID << 1) & 2, gl_VertexID & 2);
  gl_Position = vec4(at * 2.0 - 1.0, 0.0, 1.0);
}`;

const PERSON = `
float person(sampler2D mask, vec2 at) {
  return smoothstep(0.35, 0.75, texture(mask, at).a);
}`;

/** The picture without the person: colours weighted by how much they are background, so that the person does not bleed into the blur. */
export const WITHOUT_PERSON = `#version 300 es
precision mediump float;
uniform sampler2D picture;
uniform sampler2D mask;
uniform vec2 texel;
in vec2 at;
out vec4 colour;
${PERSON}
void main() {
  colour = vec4(0.0);
  for (int n = 0; n < 4; n++) {
    vec2 here = at + texel * (vec2(n & 1, n >> 1) - 0.5) * 0.5;
    float behind = 1.0 - person(mask, here);
    colour += vec4(texture(picture, here).rgb * behind, behind) * 0.25;
  }
}`;

/** A Gaussian of nine points in one direction. */
export const BLUR = `#version 300 es
precision mediump float;
uniform sampler2D picture;
uniform vec2 step;
in vec2 at;
out vec4 colour;
const float weights[5] = float[5](0.204164, 0.180174, 0.123832, 0.066282, 0.027631);
void main() {
  colour = texture(picture, at) * weights[0];
  for (int n = 1; n < 5; n++) {
    colour += (texture(picture, at + step * float(n)) + texture(picture, at - step * float(n))) * weights[n];
  }
}`;

/** The person before the blurred room or before an image, which covers the picture as it would a page. */
export const TOGETHER = `#version 300 es
precision mediump float;
uniform sampler2D picture;
uniform sampler2D mask;
uniform sampler2D behind;
uniform bool weighted;
uniform vec2 cover;
in vec2 at;
out vec4 colour;
${PERSON}
void main() {
  vec2 here = vec2(at.x, 1.0 - at.y);
  vec4 back = texture(behind, (here - 0.5) * cover + 0.5);
  vec3 room = weighted ? back.rgb / max(back.a, 0.004) : back.rgb;
  colour = vec4(mix(room, texture(picture, here).rgb, person(mask, here)), 1.0);
}`;
