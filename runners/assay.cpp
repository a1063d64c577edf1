#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <exception>
#include <string>
#include <system_error>
#include <vector>

#include "runners/cli/commands.hpp"
#include "runners/run/build_info.hpp"
#include "runners/usage_error.hpp"

namespace {

constexpr int exit_failed = 1;
constexpr int exit_usage = 2;

/// A closed standard stream would be the number of the next file opened, and what is meant for
/// people would be written into a journal or a disk's file.
void fill_standard_streams() {
  while (true) {
    const int fd = open("/dev/null", O_RDWR);
    if (fd > STDERR_FILENO) close(fd);
    if (fd < 0 || fd > STDERR_FILENO) return;
  }
}

int say(const std::string& message, int code) {
  std::fputs(fmt::format("assay: {}\n", message).c_str(), stderr);
  return code;
}

/// A document that did not reach its reader (a full disk, a closed pipe) is no success.
int flushed(int code) {
  errno = 0;
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
  // An earlier, larger write may have failed instead; its errno is not known any more.
  const std::string why = errno == 0 ? "failed" : std::generic_category().message(errno);
  return say("write to stdout: " + why, code == 0 ? exit_failed : code);
}

struct Command {
  const char* name;
  assay::Action action;
};

/// In the order of --help.
std::vector<Command> all_commands(CLI::App& app, const std::vector<std::string>& command_line) {
  return {{"probe", assay::add_probe_command(app)},
          {"doctor", assay::add_doctor_command(app)},
          {"run", assay::add_run_command(app, command_line)},
          {"report", assay::add_report_command(app)},
          {"compare", assay::add_compare_command(app)},
          {"pick", assay::add_pick_command(app)},
          {"catalog", assay::add_catalog_command(app)},
          {"import", assay::add_import_command(app, command_line)},
          {"user-data", assay::add_user_data_command(app)},
          {"upload", assay::add_upload_command(app)},
          {"collect", assay::add_collect_command(app)},
          {"verify", assay::add_verify_command(app)},
          {"keygen", assay::add_keygen_command(app)},
          {"redact", assay::add_redact_command(app)},
          {"microbench", assay::add_microbench_command(app)}};
}

}  // namespace

int main(int argc, char** argv) {
  fill_standard_streams();
  signal(SIGXFSZ, SIG_IGN);  // a file larger than `ulimit -f` allows is told in words, as EFBIG
  CLI::App app{"assay measures what this machine delivers: storage, memory and GPU", "assay"};
  app.set_version_flag("--version", fmt::format("assay {} ({})", assay::build_info::version,
                                                assay::build_info::git_commit));
  app.require_subcommand(1);
  app.footer(
      "Exit codes: 0 ok or skipped; 1 a case failed, or no required case ran; 2 usage; "
      "3 compare found a regression; 4 interrupted, partial Result written.");
  const std::vector<std::string> command_line(argv, argv + argc);
  const std::vector<Command> commands = all_commands(app, command_line);
  try {
    app.parse(argc, argv);
    const auto given = std::find_if(commands.begin(), commands.end(), [&](const Command& command) {
      return app.got_subcommand(command.name);
    });
    return flushed(given->action());
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : exit_usage;
  } catch (const assay::UsageError& error) {
    return say(error.what(), exit_usage);
  } catch (const std::exception& error) {
    return say(error.what(), exit_failed);
  }
}
