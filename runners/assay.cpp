#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

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
  const assay::Action probe = assay::add_probe_command(app);
  const assay::Action doctor = assay::add_doctor_command(app);
  const assay::Action run = assay::add_run_command(app, command_line);
  const assay::Action report = assay::add_report_command(app);
  const assay::Action import = assay::add_import_command(app, command_line);
  const assay::Action upload = assay::add_upload_command(app);
  const assay::Action collect = assay::add_collect_command(app);
  const assay::Action user_data = assay::add_user_data_command(app);
  const assay::Action catalog = assay::add_catalog_command(app);
  const assay::Action compare = assay::add_compare_command(app);
  const assay::Action microbench = assay::add_microbench_command(app);
  const assay::Action pick = assay::add_pick_command(app);
  const assay::Action verify = assay::add_verify_command(app);
  const assay::Action keygen = assay::add_keygen_command(app);
  const assay::Action redact = assay::add_redact_command(app);
  try {
    app.parse(argc, argv);
    if (app.got_subcommand("probe")) return flushed(probe());
    if (app.got_subcommand("doctor")) return flushed(doctor());
    if (app.got_subcommand("run")) return flushed(run());
    if (app.got_subcommand("import")) return flushed(import());
    if (app.got_subcommand("upload")) return flushed(upload());
    if (app.got_subcommand("collect")) return flushed(collect());
    if (app.got_subcommand("user-data")) return flushed(user_data());
    if (app.got_subcommand("catalog")) return flushed(catalog());
    if (app.got_subcommand("compare")) return flushed(compare());
    if (app.got_subcommand("microbench")) return flushed(microbench());
    if (app.got_subcommand("pick")) return flushed(pick());
    if (app.got_subcommand("verify")) return flushed(verify());
    if (app.got_subcommand("keygen")) return flushed(keygen());
    if (app.got_subcommand("redact")) return flushed(redact());
    return flushed(report());
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : exit_usage;
  } catch (const assay::UsageError& error) {
    return say(error.what(), exit_usage);
  } catch (const std::exception& error) {
    return say(error.what(), exit_failed);
  }
}
