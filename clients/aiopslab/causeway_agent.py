"""Causeway as an agent of AIOpsLab. Start `causeway bench serve`, then run AIOpsLab with this agent (see README.md)."""
import asyncio, json, os, urllib.request

URL = os.environ.get("CAUSEWAY_AGENT_URL", "http://127.0.0.1:1819")
KEY = os.environ.get("CAUSEWAY_API_KEY")


def post(path, body):
    headers = {"content-type": "application/json", **({"authorization": f"Bearer {KEY}"} if KEY else {})}
    request = urllib.request.Request(URL + path, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=600) as response:
        return json.load(response)


class CausewayAgent:
    def __init__(self, max_steps=20):
        self.max_steps, self.step = max_steps, 0

    def init_context(self, desc, instructions, apis, problem_id=None):
        self.system_message, self.task_message = desc, instructions  # AIOpsLab's HTTP service reads both
        body = {"desc": desc, "instructions": instructions, "apis": apis, "maxSteps": self.max_steps}
        session = post("/v1/aiopslab/sessions", {**body, "problemId": problem_id})
        self.path, self.step = f"/v1/aiopslab/sessions/{session['id']}/actions", 0

    async def get_action(self, state):
        observed = {"observation": str(state), "step": self.step}
        action = await asyncio.to_thread(post, self.path, observed)  # the same step may be sent again after an error
        self.step += 1
        return action["message"]
