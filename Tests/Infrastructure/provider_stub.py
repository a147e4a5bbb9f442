#!/usr/bin/env python3
"""Serves the schemas of google-provider.json to Terraform, in the place of the providers themselves.

With it `terraform validate` checks every argument, block, type and reference of infra/gcp, and `terraform plan` says
what would be made, where neither the provider nor an account can be reached. It knows no service: values that only the
provider's own code or the service refuses are not seen, and what the service decides is unknown in the plan.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from concurrent import futures
from pathlib import Path
from typing import Any

import grpc
import msgpack
from tf.gen import tfplugin_pb2 as plugin
from tf.gen import tfplugin_pb2_grpc as plugin_grpc

FACTS = Path(__file__).resolve().parent / "google-provider.json"
UNKNOWN = msgpack.ExtType(0, b"\x00")
# What a planned resource's computed values are, by its type: from its arguments.
Rules = dict[str, Callable[[dict[str, Any]], dict[str, Any]]]
NESTING = {
    "single": plugin.Schema.NestedBlock.SINGLE,
    "list": plugin.Schema.NestedBlock.LIST,
    "set": plugin.Schema.NestedBlock.SET,
}
# Optional arguments that the provider fills in, and that infra/gcp reads without setting them.
COMPUTED = {
    "google_compute_global_address": {"address"},
    "google_service_networking_connection": {"peering"},
    "google_storage_hmac_key": {"state"},
}


def schema_block(facts: dict[str, Any], computed: set[str] = frozenset()) -> plugin.Schema.Block:
    block = plugin.Schema.Block()
    for name, attribute in sorted(facts["attributes"].items()):
        how = attribute["is"]
        block.attributes.append(
            plugin.Schema.Attribute(
                name=name,
                type=json.dumps(attribute["type"]).encode(),
                required=how == "required",
                optional="optional" in how,
                computed="computed" in how or name in computed,
            )
        )
    for name, nested in sorted(facts["blocks"].items()):
        block.block_types.append(
            plugin.Schema.NestedBlock(
                type_name=name,
                block=schema_block(nested),
                nesting=NESTING[nested["nesting"]],
                min_items=nested["min"],
                max_items=nested["max"],
            )
        )
    return block


def unpack(value: plugin.DynamicValue) -> Any:
    return msgpack.unpackb(value.msgpack, ext_hook=msgpack.ExtType, strict_map_key=False)


def pack(value: Any) -> plugin.DynamicValue:
    return plugin.DynamicValue(msgpack=msgpack.packb(value))


class Provider(plugin_grpc.ProviderServicer):
    def __init__(self, facts: dict[str, Any], answers: dict[str, dict[str, Any]], rules: Rules) -> None:
        self.facts = facts
        self.answers = answers
        self.rules = rules

    def computed(self, kind: str, facts: dict[str, Any]) -> list[str]:
        names = [name for name, attribute in facts["attributes"].items() if "computed" in attribute["is"]]
        return names + sorted(COMPUTED.get(kind, set()))

    def GetMetadata(self, request: Any, context: Any) -> Any:
        context.abort(grpc.StatusCode.UNIMPLEMENTED, "not served")

    def GetProviderSchema(self, request: Any, context: Any) -> Any:
        answer = plugin.GetProviderSchema.Response(provider=plugin.Schema(block=schema_block(self.facts["provider"])))
        for kind, facts in self.facts["resources"].items():
            block = schema_block(facts, COMPUTED.get(kind, set()))
            answer.resource_schemas[kind].CopyFrom(plugin.Schema(block=block))
        for kind, facts in self.facts["data"].items():
            answer.data_source_schemas[kind].CopyFrom(plugin.Schema(block=schema_block(facts)))
        return answer

    def ValidateProviderConfig(self, request: Any, context: Any) -> Any:
        return plugin.ValidateProviderConfig.Response()

    def ValidateResourceConfig(self, request: Any, context: Any) -> Any:
        return plugin.ValidateResourceConfig.Response()

    def ValidateDataResourceConfig(self, request: Any, context: Any) -> Any:
        return plugin.ValidateDataResourceConfig.Response()

    def ConfigureProvider(self, request: Any, context: Any) -> Any:
        return plugin.ConfigureProvider.Response()

    def PlanResourceChange(self, request: Any, context: Any) -> Any:
        proposed = unpack(request.proposed_new_state)
        if proposed is not None:
            for name, value in self.rules.get(request.type_name, lambda _: {})(proposed).items():
                if proposed[name] is None:
                    proposed[name] = value
            for name in self.computed(request.type_name, self.facts["resources"][request.type_name]):
                if proposed[name] is None:
                    proposed[name] = UNKNOWN
        return plugin.PlanResourceChange.Response(planned_state=pack(proposed), legacy_type_system=True)

    def ReadDataSource(self, request: Any, context: Any) -> Any:
        state = unpack(request.config)
        for name, value in self.answers.get(request.type_name, {}).items():
            if state[name] is None:
                state[name] = value
        return plugin.ReadDataSource.Response(state=pack(state))

    def StopProvider(self, request: Any, context: Any) -> Any:
        return plugin.StopProvider.Response()


@contextlib.contextmanager
def serve(answers: dict[str, dict[str, Any]], rules: Rules) -> Iterator[dict[str, str]]:
    """Gives the variables with which Terraform finds the stubs; `answers` is what data sources say, by type."""
    facts = json.loads(FACTS.read_text())
    servers = []
    with tempfile.TemporaryDirectory() as folder:
        attach = {}
        for name in facts:
            socket = f"{folder}/{name}"
            server = grpc.server(futures.ThreadPoolExecutor(max_workers=8))
            plugin_grpc.add_ProviderServicer_to_server(Provider(facts[name], answers, rules), server)
            server.add_insecure_port(f"unix:{socket}")
            server.start()
            servers.append(server)
            attach[f"hashicorp/{name}"] = {
                "Protocol": "grpc",
                "ProtocolVersion": 6,
                "Pid": os.getpid(),
                "Test": True,
                "Addr": {"Network": "unix", "String": socket},
            }
        try:
            yield {"TF_REATTACH_PROVIDERS": json.dumps(attach)}
        finally:
            for server in servers:
                server.stop(grace=None)
