/** What a browser wants to hear before a page of an allowed origin may read an answer. */
export function withCrossOrigin(request: Request, response: Response): Response {
  const origin = request.headers.get('origin');
  // 403: a page of another site, which is told nothing, least of all that it may ask.
  if (origin === null || response.status === 403) return response;
  const headers = new Headers(response.headers);
  headers.set('access-control-allow-origin', origin);
  headers.set('access-control-expose-headers', 'mcp-session-id, www-authenticate');
  headers.append('vary', 'Origin');
  if (request.method === 'OPTIONS') {
    headers.set('access-control-allow-methods', 'GET, POST, DELETE');
    const wanted = request.headers.get('access-control-request-headers');
    headers.set('access-control-allow-headers', wanted ?? 'authorization, content-type');
    return new Response(null, { status: 204, headers });
  }
  return new Response(response.body, { status: response.status, headers });
}
