#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <memory>

#include "reports/json/result_json.hpp"
#include "runners/cli/commands.hpp"
#include "runners/discovery/discovery.hpp"
#include "runners/identity/instance_identity.hpp"
#include "runners/usage_error.hpp"

namespace assay {

namespace {

int tell_need(const Host& host, const std::string& need_class) {
  if (need_class != "gpu") {
    throw UsageError(
        fmt::format("--need-class {}: the class that can be asked for is gpu", need_class));
  }
  if (!host.gpu.devices.empty()) return 0;
  std::fputs(fmt::format("assay: no GPU can be measured here: {}\n", host.gpu.none_reason).c_str(),
             stderr);
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
  command->add_option("--need-class", options->need_class,
                      "gpu: only say whether a GPU can be measured here; exit code 1 if not");
  command->add_option("--root", options->root,
                      "read a recorded tree with sys/, proc/ and etc/ instead of this machine");
  return [options] {
    std::error_code error;
    if (!std::filesystem::is_directory(options->root, error)) {
      throw UsageError(fmt::format("--root {}: no such directory", options->root));
    }
    Host host = discover({options->root});
    if (SystemRoot{options->root}.is_live()) {  // a recorded tree is of another machine
      host.ec2 = identify_instance(host.identity, imds_options_from_environment(),
                                   options->account_id ? AccountId::record : AccountId::leave_out);
    }
    if (!options->need_class.empty()) return tell_need(host, options->need_class);
    const std::string text = options->json ? write_json(host) + "\n" : describe_host(host);
    std::fputs(text.c_str(), stdout);
    return 0;
  };
}

}  // namespace assay
