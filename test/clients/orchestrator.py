"""A stand-in for AIOpsLab's orchestrator: its loop and its parser's rules, over recorded observations.

Usage: orchestrator.py PROBLEM.json   Prints the record of the session as JSON.
PROBLEM.json: {"problem_id", "desc", "instructions", "apis": {name: docstring}, "max_steps", "observations": {call: text}}
A call that was not recorded is answered with an error, as a cluster would.
"""
import ast, asyncio, json, os, re, sys, time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../clients/aiopslab"))
from causeway_agent import CausewayAgent  # noqa: E402


class ParsingError(Exception):
    pass


def parse(message):
    """Exactly one block between lines of three ticks, without a language; one call; literals only."""
    if len(re.findall(r"```\s*\n(.*?)\n```", message, re.DOTALL)) != 1:
        raise ParsingError("No API call found, or several!")
    inside, lines = False, []
    for line in message.split("\n"):
        if "```" in line:
            if inside:
                break
            inside = True
        elif inside:
            lines.append(line)
    code = "\n".join(lines)
    if "(" not in code or ")" not in code:
        raise ParsingError("No API call found!")
    name, arguments = code[: code.index("(")].strip(), code[code.index("(") + 1 : code.rindex(")")].strip()
    if name == "exec_shell":
        quote = arguments[:1]
        if quote not in ("'", '"') or not arguments.endswith(quote):
            raise ParsingError("Commands must be quoted strings")
        return name, [arguments.strip(quote).replace('\\"', '"').replace("\\'", "'")]
    call = ast.parse(f"f({arguments})", mode="eval").body
    if call.keywords:
        return name, []  # upstream drops them for submit
    return name, [ast.literal_eval(one) for one in call.args]


async def run(problem):
    agent = CausewayAgent(max_steps=problem["max_steps"])
    agent.init_context(problem["desc"], problem["instructions"], problem["apis"], problem.get("problem_id"))
    trace, solution, errors, state = [], None, 0, "Please take the next action"
    start = time.time()
    for _ in range(problem["max_steps"]):
        for attempt in range(100):  # the server may be killed and started again meanwhile
            try:
                action = await agent.get_action(state)
                break
            except OSError as error:
                if attempt == 99 or getattr(error, "code", 503) < 500:
                    raise
                await asyncio.sleep(0.1)
        trace.append({"role": "assistant", "content": action})
        try:
            name, arguments = parse(action)
        except (ParsingError, SyntaxError, ValueError) as error:
            errors += 1
            observation = f"Error parsing response: {error}"
        else:
            if name == "submit":
                solution = arguments[0] if len(arguments) == 1 else arguments
                trace.append({"role": "env", "content": "VALID_SUBMISSION"})
                break
            if name not in problem["apis"]:
                observation = f"Error: {name} is not a valid action"
            else:
                key = f"{name} " + " ".join(str(one) for one in arguments)
                observation = problem["observations"].get(key, "Error: nothing was found. Use kubectl to check.")
        trace.append({"role": "env", "content": observation})
        print(f"step {len(trace) // 2}", file=sys.stderr, flush=True)
        state = observation + "\nPlease take the next action"
    return {
        "agent": "causeway", "session_id": agent.path.split("/")[4], "problem_id": problem.get("problem_id"),
        "start_time": start, "end_time": time.time(), "trace": trace,
        "results": {"solution": solution, "parse_errors": errors},
    }


with open(sys.argv[1]) as file:
    print(json.dumps(asyncio.run(run(json.load(file)))))
