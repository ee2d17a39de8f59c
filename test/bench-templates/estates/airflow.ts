import { type Estate, statementsOf } from "./estate.ts";

export const airflow: Estate = {
  name: "airflow",
  slots: {
    dag: "daily_sales|sync_crm|ml_train|cleanup|export-to-s3|dbt.run_hourly",
    task: "extract|load|transform_orders|train_model|notify|wait_for_file|dbt.run|group_1.check",
    run: "scheduled__2026-01-03T00:00:00+00:00|manual__2026-01-04T11:22:01.200113+00:00|backfill__2026-01-01",
    state: "success|failed|up_for_retry|skipped|queued|running",
    queue: "default|heavy|gpu",
    worker: "celery@worker-1|celery@worker-2|celery@ip-10-0-8-4",
    module: "app.tasks.send_mail|app.tasks.resize|billing.jobs.charge_card|reports.build|sync.pull",
    exc: "ConnectionError('timed out')|OperationalError('server closed the connection')|KeyError('id')|ValueError()",
    pyerr:
      "KeyError: 'order_id'|ValueError: invalid literal for int() with base 10: 'x'|TimeoutError|OSError: [Errno 28]",
    pids: "4121|88, 4121|17|903, 904, 905",
    signal: "SIGTERM|SIGKILL|SIGINT",
    deps: "[]|['extract']|['extract', 'load']|['a', 'b', 'c', 'd']",
    operator: "PythonOperator|BashOperator|S3KeySensor|KubernetesPodOperator|SnowflakeOperator",
    cmd: "['airflow', 'tasks', 'run', 'daily_sales', 'load']|['bash', '-c', 'dbt run']|['bash', '-c', 'true']",
    bool: "True|False",
    none: "None|2026-01-05 10:00:00|2026-01-06 00:00:00",
    conn: "postgres_default|aws_default|crm_api|slack",
    logger: "airflow.processor|airflow.task|root",
  },
  statements: statementsOf(`
Filling up the DagBag from {path}
DAG(s) dict_keys({deps}) retrieved from {path}
Processing file {path} for tasks to queue
Processing {path} took {float} seconds
DAG {dag} has {int}/{int} running and queued tasks
DAG {dag} is at (or above) max_active_runs ({int} of {int}), not creating any more runs
Setting next_dagrun for {dag} to {none}, run_after={none}
Created <DagRun {dag} @ {ts}: {run}, state:{state}, queued_at: {ts}. externally triggered: {bool}>
Marking run <DagRun {dag} @ {ts}: {run}, state:running, queued_at: {ts}. externally triggered: {bool}> successful
Marking run <DagRun {dag} @ {ts}: {run}, state:running, queued_at: {ts}. externally triggered: {bool}> failed
Sending TaskInstanceKey(dag_id='{dag}', task_id='{task}', run_id='{run}', try_number={int}, map_index=-1) to \
executor with priority {int} and queue {queue}
Adding to queue: {cmd}
Executing command in Celery: {cmd}
Executor reports execution of {dag}.{task} run_id={run} exited with status {state} for try_number {int}
TaskInstance Finished: dag_id={dag}, task_id={task}, run_id={run}, map_index=-1, run_start_date={ts}, \
run_end_date={ts}, run_duration={float}, state={state}, executor_state={state}, try_number={int}, \
pool=default_pool, queue={queue}, operator={operator}, queued_by_job_id={int}, pid={int}
Dependencies all met for dep_context=requeueable deps ti=<TaskInstance: {dag}.{task} {run} [{state}]>
Dependencies not met for <TaskInstance: {dag}.{task} {run} [{state}]>, dependency 'Trigger Rule' FAILED: Task's \
trigger rule 'all_success' requires all upstream tasks to have succeeded, but found {int} non-success(es). \
upstream_task_ids={deps}
Starting attempt {int} of {int}
Executing <Task({operator}): {task}> on {ts}
Started process {int} to run task
Running: {cmd}
Running <TaskInstance: {dag}.{task} {run} [running]> on host {host}
Exporting env vars: AIRFLOW_CTX_DAG_OWNER='{word}' AIRFLOW_CTX_DAG_ID='{dag}' AIRFLOW_CTX_TASK_ID='{task}' \
AIRFLOW_CTX_TRY_NUMBER='{int}'
Using connection ID '{conn}' for task execution.
Marking task as SUCCESS. dag_id={dag}, task_id={task}, execution_date={basic}, start_date={basic}, end_date={basic}
Marking task as UP_FOR_RETRY. dag_id={dag}, task_id={task}, execution_date={basic}, start_date={basic}, \
end_date={basic}
Marking task as FAILED. dag_id={dag}, task_id={task}, execution_date={basic}, start_date={basic}, end_date={basic}
Task exited with return code {int}
{int} downstream tasks scheduled from follow-on schedule check
Failed to execute job {int} for task {task} ({pyerr}; {int})
Received {signal}. Terminating subprocesses.
Sending Signals.{signal} to group {int}. PIDs of all processes in the group: [{pids}]
Process psutil.Process(pid={int}, status='terminated', exitcode={int}, started='{clock}') ({int}) terminated with \
exit code {int}
Detected zombie job: {'full_filepath': '{path}', 'msg': 'Detected as zombie', 'task_instance_id': {int}}
Resetting orphaned tasks for active dag runs
Heartbeat recovered after {float} seconds
Task {module}[{uuid}] received
Task {module}[{uuid}] succeeded in {float}s: {none}
Task {module}[{uuid}] retry: Retry in {int}s: {exc}
Task {module}[{uuid}] raised unexpected: {exc}
missed heartbeat from {worker}
sync with {worker}
{worker} ready.
mingle: searching for neighbors
mingle: all alone
Connected to redis://{host}:{int}/{int}
consumer: Cannot connect to amqp://{word}:**@{host}:{int}//: [Errno 111] Connection refused.
Worker exited prematurely: signal {int} (SIGKILL) Job: {int}.
Poking for key : s3://{word}/{path}
{int} rows written to {word}_{word} in {float} seconds
Configured default timezone Timezone('UTC')
`),
};
