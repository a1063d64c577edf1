#pragma once

#include "reports/json/host_fields.hpp"
#include "reports/model/result.hpp"

/// One list of fields for each struct of a Result, used for writing and for reading alike.
namespace assay::json {

void fields(auto& visit, Is<SizeShare> auto& o) {
  visit("block_size_bytes", o.block_size_bytes);
  visit("percent", o.percent);
}

void fields(auto& visit, Is<ConfidenceRule> auto& o) {
  visit("width_percent", o.width_percent);
  visit("minimum_s", o.minimum_s);
}

void fields(auto& visit, Is<SteadyStateRule> auto& o) {
  visit("round_s", o.round_s);
  visit("rounds_max", o.rounds_max);
}

void fields(auto& visit, Is<StorageParameters> auto& o) {
  visit("operation", o.operation);
  visit("pattern", o.pattern);
  visit("block_size_bytes", o.block_size_bytes);
  visit("queue_depth", o.queue_depth);
  visit("read_percent", o.read_percent);
  visit("durability", o.durability);
  visit("arrival", o.arrival);
  visit("rate_per_s", o.rate_per_s);
  visit("engine", o.engine);
  visit("rate_percent", o.rate_percent);
  visit("threads", o.threads);
  visit("zipf_theta", o.zipf_theta);
  visit("streams", o.streams);
  visit("range_begin_percent", o.range_begin_percent);
  visit("range_end_percent", o.range_end_percent);
  visit("alignment_bytes", o.alignment_bytes);
  visit("block_mix", o.block_mix);
  visit("direct", o.direct);
  visit("iopoll", o.iopoll);
  visit("sqpoll", o.sqpoll);
  visit("verify", o.verify);
  visit("rate_refinement", o.rate_refinement);
}

void fields(auto& visit, Is<MemoryParameters> auto& o) {
  visit("kernel", o.kernel);
  visit("threads", o.threads);
  visit("working_set_bytes", o.working_set_bytes);
  visit("memory_percent", o.memory_percent);
  visit("pages", o.pages);
  visit("cpu_node", o.cpu_node);
  visit("memory_node", o.memory_node);
  visit("l3_domain", o.l3_domain);
}

void fields(auto& visit, Is<GpuParameters> auto& o) {
  visit("kernel", o.kernel);
  visit("array_bytes", o.array_bytes);
  visit("element", o.element);
  visit("host_buffer", o.host_buffer);
  visit("mover", o.mover);
  visit("numa_node", o.numa_node);
  visit("peer", o.peer);
}

void fields(auto& visit, Is<PipelineParameters> auto& o) {
  visit("operation", o.operation);
  visit("block_size_bytes", o.block_size_bytes);
  visit("buffers", o.buffers);
  visit("gpus", o.gpus);
  visit("path", o.path);
}

void fields(auto& visit, Is<Overwrite> auto& o) {
  visit("model", o.model);
  visit("device_bytes", o.device_bytes);
  visit("permission", o.permission);
  visit("destroys", o.destroys);
}

void fields(auto& visit, Is<Target> auto& o) {
  visit("id", o.id);
  visit("label", o.label);
  visit("kind", o.kind);
  visit("class", o.device_class);
  visit("path", o.path);
  visit("device", o.device);
  visit("serial", o.serial);
  visit("chosen", o.chosen);
  visit("reason", o.reason);
  visit("span_bytes", o.span_bytes);
  visit("contents", o.contents);
  visit("members", o.members);
  visit("numa_node", o.numa_node);
  visit("overwrite", o.overwrite);
}

void fields(auto& visit, Is<Case> auto& o) {
  visit("id", o.id);
  visit("workload", o.workload);
  visit("target", o.target);
  visit("warm_up_s", o.warm_up_s);
  visit("duration_s", o.duration_s);
  visit("required", o.required);
  visit("priority", o.priority);
  visit("precondition", o.precondition);
  visit("skip_reason", o.skip_reason);
  visit("confidence", o.confidence);
  visit("steady_state", o.steady_state);
  visit("storage", o.storage);
  visit("memory", o.memory);
  visit("gpu", o.gpu);
  visit("pipeline", o.pipeline);
}

void fields(auto& visit, Is<PrimaryMetric> auto& o) {
  visit("cases", o.cases);
  visit("metric", o.metric);
}

void fields(auto& visit, Is<Plan> auto& o) {
  visit("suite", o.suite);
  visit("host_class", o.host_class);
  visit("class_reason", o.class_reason);
  visit("suite_sha256", o.suite_sha256);
  visit("seed", o.seed);
  visit("planned_s", o.planned_s);
  visit("cap_s", o.cap_s);
  visit("rounds", o.rounds);
  visit("random_order", o.random_order);
  visit("primary", o.primary);
  visit("targets", o.targets);
  visit("cases", o.cases);
}

void fields(auto& visit, Is<Spread> auto& o) {
  visit("min", o.min);
  visit("median", o.median);
  visit("max", o.max);
  visit("samples", o.samples);
}

void fields(auto& visit, Is<Metric> auto& o) {
  visit("name", o.name);
  visit("value", o.value);
  visit("unit", o.unit);
  visit("direction", o.direction);
  visit("spread", o.spread);
}

void fields(auto& visit, Is<Sample> auto& o) {
  visit("metric", o.metric);
  visit("unit", o.unit);
  visit("values", o.values);
}

void fields(auto& visit, Is<SparseHistogram> auto& o) {
  visit("sub_bucket_bits", o.sub_bucket_bits);
  visit("count", o.count);
  visit("min_ns", o.min_ns);
  visit("max_ns", o.max_ns);
  visit("sum_ns", o.sum_ns);
  visit.buckets("steps_and_counts", o.buckets);
}

void fields(auto& visit, Is<NamedHistogram> auto& o) {
  visit("name", o.name);
  visit("latency", o.latency);
}

void fields(auto& visit, Is<Tick> auto& o) {
  visit("start_s", o.start_s);
  visit("length_s", o.length_s);
  visit("ops", o.ops);
  visit("bytes", o.bytes);
  visit("latency", o.latency);
}

void fields(auto& visit, Is<ErrorCount> auto& o) {
  visit("error", o.error);
  visit("count", o.count);
}

void fields(auto& visit, Is<Noise> auto& o) {
  visit("steal_percent", o.steal_percent);
  visit("iowait_percent", o.iowait_percent);
  visit("softirq_percent", o.softirq_percent);
  visit("foreign_cpu_percent", o.foreign_cpu_percent);
  visit("load_1m", o.load_1m);
  visit("cpu_mhz", o.cpu_mhz);
}

void fields(auto& visit, Is<NamedText> auto& o) {
  visit("name", o.first);
  visit("text", o.second);
}

void fields(auto& visit, Is<Limit> auto& o) {
  visit("kind", o.kind);
  visit("evidence", o.evidence);
}

void fields(auto& visit, Is<GpuState> auto& o) {
  visit("gpu", o.gpu);
  visit("unread", o.unread);
  visit("readings", o.readings);
  visit("sm_clock_mhz_min", o.sm_clock_mhz_min);
  visit("sm_clock_mhz_max", o.sm_clock_mhz_max);
  visit("memory_clock_mhz_min", o.memory_clock_mhz_min);
  visit("memory_clock_mhz_max", o.memory_clock_mhz_max);
  visit("power_w_max", o.power_w_max);
  visit("power_limit_w", o.power_limit_w);
  visit("temperature_c_max", o.temperature_c_max);
  visit("throttle_reasons", o.throttle_reasons);
  visit("pcie_generation", o.pcie_generation);
  visit("pcie_generation_max", o.pcie_generation_max);
  visit("pcie_width", o.pcie_width);
  visit("pcie_width_max", o.pcie_width_max);
  visit("ecc", o.ecc);
  visit("ecc_corrected", o.ecc_corrected);
  visit("ecc_uncorrected", o.ecc_uncorrected);
  visit("mig", o.mig);
  visit("virtualization", o.virtualization);
}

void fields(auto& visit, Is<CaseResult> auto& o) {
  visit("id", o.id);
  visit("status", o.status);
  visit("reason", o.reason);
  visit("start_s", o.start_s);
  visit("elapsed_s", o.elapsed_s);
  visit("round", o.round);
  visit("window_start_s", o.window_start_s);
  visit("window_end_s", o.window_end_s);
  visit("metrics", o.metrics);
  visit("samples", o.samples);
  visit("histograms", o.histograms);
  visit("ticks", o.ticks);
  visit("errors", o.errors);
  visit("method", o.method);
  visit("flags", o.flags);
  visit("noise", o.noise);
  visit("limit", o.limit);
  visit("gpu_states", o.gpu_states);
}

void fields(auto& visit, Is<Provenance> auto& o) {
  visit("assay_version", o.assay_version);
  visit("git_commit", o.git_commit);
  visit("compiler", o.compiler);
  visit("compiler_flags", o.compiler_flags);
  visit("command_line", o.command_line);
  visit("started_utc", o.started_utc);
  visit("finished_utc", o.finished_utc);
  visit("resumed", o.resumed);
}

void fields(auto& visit, Is<Finding> auto& o) {
  visit("check", o.check);
  visit("target", o.target);
  visit("severity", o.severity);
  visit("what", o.what);
  visit("effect", o.effect);
  visit("command", o.command);
}

void fields(auto& visit, Is<Preparation> auto& o) {
  visit("target", o.target);
  visit("what", o.what);
  visit("bytes", o.bytes);
  visit("elapsed_s", o.elapsed_s);
  visit("finished_utc", o.finished_utc);
}

void fields(auto& visit, Is<Comparability> auto& o) {
  visit("schema_major", o.schema_major);
  visit("assay_major", o.assay_major);
  visit("suite_sha256", o.suite_sha256);
  visit("preconditioning", o.preconditioning);
  visit("data_kind", o.data_kind);
  visit("volume_note", o.volume_note);
  visit("comparable", o.comparable);
}

void fields(auto& visit, Is<Integrity> auto& o) {
  visit("sha256", o.sha256);
  visit("public_key", o.public_key);
  visit("signature", o.signature);
}

void fields(auto& visit, Is<Import> auto& o) {
  visit("tool", o.tool);
  visit("version", o.version);
  visit("file_sha256", o.file_sha256);
}

void fields(auto& visit, Is<Redaction> auto& o) { visit("removed", o.removed); }

void fields(auto& visit, Is<Result> auto& o) {
  visit("schema", o.schema);
  visit("schema_version", o.schema_version);
  visit("partial", o.partial);
  visit("provenance", o.provenance);
  visit("host", o.host);
  visit("plan", o.plan);
  visit("method", o.method);
  visit("findings", o.findings);
  visit("preparations", o.preparations);
  visit("comparability", o.comparability);
  visit("noise", o.noise);
  visit("cases", o.cases);
  visit("import", o.import);
  visit("redaction", o.redaction);
  visit("integrity", o.integrity);
}

}  // namespace assay::json
