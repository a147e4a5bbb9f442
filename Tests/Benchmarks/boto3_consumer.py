"""A consumer of SQS as it is usually written with boto3: receives ten, reads them, deletes ten.

usage: boto3_consumer.py ENDPOINT THREADS MESSAGES; prints one JSON line.
"""

import json
import resource
import sys
import threading
import time

import boto3
from botocore.config import Config

BATCH = 10


def cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


class Count:
    def __init__(self, wanted: int) -> None:
        self.wanted, self.deleted, self.lock = wanted, 0, threading.Lock()

    def add(self, count: int) -> None:
        with self.lock:
            self.deleted += count


def consume(client: object, url: str, count: Count) -> None:
    while count.deleted < count.wanted:
        answer = client.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=BATCH,
            WaitTimeSeconds=20,
            VisibilityTimeout=60,
            MessageSystemAttributeNames=["ApproximateReceiveCount", "SentTimestamp", "AWSTraceHeader"],
            MessageAttributeNames=["All"],
        )
        messages = answer.get("Messages", [])
        for message in messages:
            json.loads(message["Body"])
        entries = [{"Id": str(index), "ReceiptHandle": each["ReceiptHandle"]} for index, each in enumerate(messages)]
        if entries:
            answer = client.delete_message_batch(QueueUrl=url, Entries=entries)
            count.add(len(answer["Successful"]))


def main() -> None:
    endpoint, threads, wanted = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    client = boto3.client(
        "sqs",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(max_pool_connections=max(threads, 1)),
    )
    # Connected, and its name looked up, before the count begins.
    url = client.get_queue_url(QueueName="bench")["QueueUrl"]
    count = Count(wanted)
    start, cpu = time.monotonic(), cpu_seconds()
    if threads == 1:
        consume(client, url, count)
    else:
        workers = [threading.Thread(target=consume, args=(client, url, count)) for _ in range(threads)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    wall, used = time.monotonic() - start, cpu_seconds() - cpu
    print(json.dumps({"messages": count.deleted, "wall": wall, "cpu": used}))


main()
