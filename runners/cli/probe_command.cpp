#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>

#include "reports/json/result_json.hpp"
#include "reports/model/names.hpp"
#include "runners/cli/commands.hpp"
#include "runners/discovery/discovery.hpp"
#include "runners/identity/instance_identity.hpp"
#include "runners/plan/host_class.hpp"
#include "runners/usage_error.hpp"

namespace assay {

namespace {

/// 0 when the host is of the class that was asked for, and its GPUs can be measured; else 1, said
/// in words.
int tell_need(const Host& host, HostClass needed) {
  const ClassChoice found = classify_host(host, embedded_catalog());
  std::string problem;
  if (needed == HostClass::gpu && host.gpu.devices.empty()) {
    problem = fmt::format("no GPU can be measured here: {}", host.gpu.none_reason);
  } else if (found.host_class != needed) {
    problem = fmt::format("this machine is of class {} ({}), not {}", name_of(found.host_class),
                          found.reason, name_of(needed));
  }
  if (problem.empty()) return 0;
  std::fputs(fmt::format("assay: {}\n", problem).c_str(), stderr);
  return 1;
}

}  // namespace

Action add_probe_command(CLI::App& app) {
  struct Options {
    bool json = false;
    bool account_id = false;
    std::string need_class;
    std::string root = "/";
  };
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("probe", "Show this machine as found; measures nothing");
  command->add_flag("--json", options->json, "print the Host as JSON");
  command->add_flag("--account-id", options->account_id,
                    "on EC2, show the AWS account too; left out otherwise");
  command->add_option(
      "--need-class", options->need_class,
      "only say whether this machine is of that class (general, storage, gpu, "
      "high-memory, hpc), of gpu also whether a GPU can be measured; exit code 1 if "
      "not");
  command->add_option("--root", options->root,
                      "read a recorded tree with sys/, proc/ and etc/ instead of this machine");
  return [options] {
    std::error_code error;
    if (!std::filesystem::is_directory(options->root, error)) {
      throw UsageError(fmt::format("--root {}: no such directory", options->root));
    }
    std::optional<HostClass> needed;
    if (!options->need_class.empty()) {
      needed = parse_host_class("--need-class", options->need_class);
    }
    Host host = discover({options->root});
    if (SystemRoot{options->root}.is_live()) {  // a recorded tree is of another machine
      host.ec2 = identify_instance(host.identity, imds_options_from_environment(),
                                   options->account_id ? AccountId::record : AccountId::leave_out);
    }
    if (needed) return tell_need(host, *needed);
    const std::string text = options->json ? write_json(host) + "\n" : describe_host(host);
    std::fputs(text.c_str(), stdout);
    return 0;
  };
}

}  // namespace assay
