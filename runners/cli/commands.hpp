#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

namespace assay {

/// A subcommand adds itself to the command line and gives what runs it: a function that returns the
/// exit code. `command_line` is argv, for disclosure.
using Action = std::function<int()>;

Action add_probe_command(CLI::App& app);
Action add_doctor_command(CLI::App& app);
Action add_run_command(CLI::App& app, const std::vector<std::string>& command_line);
Action add_report_command(CLI::App& app);
Action add_import_command(CLI::App& app, const std::vector<std::string>& command_line);
Action add_upload_command(CLI::App& app);
Action add_collect_command(CLI::App& app);
Action add_user_data_command(CLI::App& app);
Action add_catalog_command(CLI::App& app);
Action add_compare_command(CLI::App& app);
Action add_microbench_command(CLI::App& app);
Action add_pick_command(CLI::App& app);
Action add_verify_command(CLI::App& app);
Action add_keygen_command(CLI::App& app);
Action add_redact_command(CLI::App& app);

}  // namespace assay
