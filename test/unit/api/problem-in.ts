// Problem details, looked at.

export interface ProblemAnswer {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  instance: string;
  requestId: string;
  errors?: { path: string; message: string }[];
  stage?: string;
}

/** The problem in an answer, after a look at the shape that all of them have. */
export async function problemIn(response: Response): Promise<ProblemAnswer> {
  const type = response.headers.get('content-type');
  if (type !== 'application/problem+json') throw new Error(`not a problem but ${type}: ${await response.text()}`);
  const problem = (await response.json()) as ProblemAnswer;
  const { title, detail, code, requestId } = problem;
  if (!title || !detail || !requestId) throw new Error('a problem without title, detail or request id');
  if (problem.type !== `urn:likeness:problem:${code}`)
    throw new Error(`the type ${problem.type} does not name ${code}`);
  if (problem.status !== response.status) throw new Error('the status differs from the body');
  return problem;
}
