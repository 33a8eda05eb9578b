/** Three machines, one of them reporting. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">
<g fill="#5b6b7d"><rect x="1" y="1.5" width="14" height="3.5" rx="1"/><rect x="1" y="6.25" width="14" height="3.5" rx="1"/>
<rect x="1" y="11" width="14" height="3.5" rx="1"/></g>
<circle cx="3.5" cy="3.25" r="1" fill="#3fb27f"/><circle cx="3.5" cy="8" r="1" fill="#fff"/>
<circle cx="3.5" cy="12.75" r="1" fill="#fff"/>
</svg>
`;
