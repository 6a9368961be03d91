/** Makes the worker's responses: each carries its own security headers, and none may be kept by the browser. */

import { render, renderDifference } from "../jinja/render.js";
import { translate } from "../jinja/translation.js";

/** Twin of ALWAYS in pwa/web/headers.py; a test holds them together. */
export const HEADERS = {
  "Content-Security-Policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; " +
    "manifest-src 'self'; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; " +
    "require-trusted-types-for 'script'; trusted-types haand",
  "X-Content-Type-Options": "nosniff",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "same-origin",
  "Permissions-Policy":
    "camera=(self), publickey-credentials-get=(self), publickey-credentials-create=(self), " +
    "microphone=(), geolocation=(), payment=(), usb=(), " +
    "display-capture=(), accelerometer=(), gyroscope=(), magnetometer=()",
  "Cache-Control": "no-store",
};

/**
 * @param {string} body
 * @param {number} [status]
 * @param {Record<string, string>} [headers]
 */
export function html(body, status = 200, headers = {}) {
  return new Response(body, {
    status,
    headers: { ...HEADERS, "Content-Type": "text/html; charset=utf-8", ...headers },
  });
}

/** @param {import("../shapes.js").PageContent} sheet */
export function page({ template, context, status }) {
  return html(render(template, context), status);
}

/**
 * What answers a tap with all that it is about, wherever the page has aimed its answer, and the sign at the top.
 * @param {import("../shapes.js").PageContent} sheet
 * @param {string} target the id of what is shown anew
 * @param {string} done the change's name, "" where it is none
 */
export function fragment({ template, context }, target, done) {
  const headers = { "HX-Retarget": `#${target}`, "HX-Reswap": "outerMorph" };
  return html(
    render(template, context) + render("carer/_and_state.html", { ...context, done }),
    200,
    headers,
  );
}

/**
 * The same with no more than what has become different, or null where nothing has.
 * @param {import("../shapes.js").PageContent} before
 * @param {import("../shapes.js").PageContent} after
 * @param {string} done the change's name
 */
export function difference(before, after, done) {
  const parts = renderDifference(after.template, before.context, after.context);
  const partials = parts.map(([id, words]) => `<hx-partial hx-target="#${id}">${words}</hx-partial>`);
  const sign = render("carer/_and_state.html", { ...after.context, done });
  return parts.length ? html(partials.join("") + sign) : null;
}

/**
 * Why it could not be done, shown above the page, in the words of pwa/problems.py.
 * @param {string} message an English message id
 * @param {string} language
 * @param {number} status
 * @param {{ target: string, shown: import("../shapes.js").PageContent }} [beside] what is drawn anew with it
 */
export function problem(message, language, status, beside) {
  const words = render("carer/_problem.html", { message: translate(message, language), language });
  const part =
    beside &&
    `<hx-partial hx-target="#${beside.target}">${render(beside.shown.template, beside.shown.context)}</hx-partial>`;
  return html(words + (part ?? ""), status, { "HX-Retarget": "#problem", "HX-Reswap": "innerHTML" });
}

/** The same beside the field that it is about. @param {string} id of the element there @param {string} message @param {string} language */
export function sayBeside(id, message, language) {
  const words = render("carer/_wrong.html", { message: translate(message, language), language });
  return html(words, 422, { "HX-Retarget": `#${id}`, "HX-Reswap": "innerHTML" });
}

/** Answers a script with nothing to swap. @param {Record<string, string>} [headers] */
export function noContent(headers = {}) {
  return new Response(null, { status: 204, headers: { ...HEADERS, ...headers } });
}

/** @param {string} path @param {Request} request */
export function seeOther(path, request) {
  return Response.redirect(new URL(path, request.url).href, 303);
}

/**
 * @param {unknown} value
 * @param {string} name of the file
 */
export function file(value, name) {
  const headers = {
    "Content-Type": "application/json",
    "Content-Disposition": `attachment; filename="${name}"`,
  };
  return new Response(JSON.stringify(value, null, 2), { headers: { ...HEADERS, ...headers } });
}

/** A picture, which no cache but the vault keeps. @param {{ type: string, bytes: Uint8Array<ArrayBuffer> }} photo */
export function picture({ type, bytes }) {
  const sandbox = "default-src 'none'; frame-ancestors 'none'; sandbox";
  return new Response(bytes, {
    headers: { ...HEADERS, "Content-Type": type, "Content-Security-Policy": sandbox },
  });
}
