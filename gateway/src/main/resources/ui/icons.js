// The few drawings of the page. All are decoration: the text beside them says what they mean.

import { svg } from './element.js';

const icon = (content) => svg`
  <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.75"
       stroke-linecap="round" stroke-linejoin="round">${content}</svg>`;

export const scales = icon(svg`
  <path d="M12 4v16M8 20h8M5 7h14"/><path d="M5 7 2.500 13.500h5zM19 7l-2.500 6.500h5z"/>
  <path d="M2.500 13.500a2.500 2.500 0 0 0 5 0M16.500 13.500a2.500 2.500 0 0 0 5 0"/>`);
export const close = icon(svg`<path d="M6 6l12 12M18 6 6 18"/>`);
export const pause = icon(svg`<path d="M9 6v12M15 6v12"/>`);
export const play = icon(svg`<path d="M8 5.500v13l10.500-6.500z"/>`);
export const leave = icon(svg`<path d="M14 4h4a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2h-4M4 12h11M11 8l4 4-4 4"/>`);
export const copy = icon(svg`
  <rect x="9" y="9" width="11" height="11" rx="2"/><path d="M5 15V6a2 2 0 0 1 2-2h9"/>`);
export const warning = icon(svg`<path d="M12 4 2.500 20h19zM12 10v4.500M12 17.200v.1"/>`);
