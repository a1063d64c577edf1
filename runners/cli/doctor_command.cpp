#include <cstdio>
#include <memory>

#include "reports/json/result_json.hpp"
#include "runners/cli/commands.hpp"
#include "runners/discovery/discovery.hpp"
#include "runners/doctor/findings.hpp"
#include "runners/run/run_session.hpp"

namespace assay {

namespace {

std::string findings_json(const std::vector<Finding>& findings) {
  std::string text = "[";
  for (const Finding& finding : findings) {
    text += (text.size() > 1 ? "," : "") + write_json(finding);
  }
  return text + "]\n";
}

/// What would be looked at without a target named: every disk of the machine.
std::vector<Target> every_disk(const Host& host) {
  std::vector<Target> targets;
  for (const BlockDevice& device : host.block_devices) {
    Target target;
    target.kind = TargetKind::file_system;  // as it is set up; nothing is read from it
    target.device = device.name;
    target.chosen = true;
    targets.push_back(target);
  }
  return targets;
}

}  // namespace

Action add_doctor_command(CLI::App& app) {
  struct Options {
    std::vector<std::string> targets;
    bool json = false;
  };
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "doctor", "Look for what would spoil a measurement, and how to mend it; changes nothing");
  command->add_option(
      "TARGET", options->targets,
      "directory, block device, existing file or class; default: every disk. Devices "
      "and files are sampled by reading");
  command->add_flag("--json", options->json, "print the findings as JSON");
  return [options] {
    const Host host = discover({});
    Plan plan;
    RunOptions run_options;
    run_options.targets = options->targets;
    plan.targets = options->targets.empty()
                       ? every_disk(host)
                       : storage_targets(host, run_options, {1U << 30, 1U << 30, 0});
    const std::vector<Finding> findings = examine_plan(host, plan);
    const std::string text = options->json ? findings_json(findings) : describe_findings(findings);
    std::fputs(text.c_str(), stdout);
    return 0;
  };
}

}  // namespace assay
