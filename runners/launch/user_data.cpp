#include "runners/launch/user_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "embedded/finish_script.hpp"
#include "embedded/launch_script.hpp"
#include "embedded/transfer_script.hpp"
#include "embedded/unit_file.hpp"
#include "runners/run/build_info.hpp"
#include "runners/usage_error.hpp"

namespace assay {

namespace {

constexpr const char* urls_path = "/opt/assay/urls";
/// The unit ends the run this much before the machine ends: time for the last upload.
constexpr std::uint32_t last_minutes = 3;

std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'') {
      result += "'\\''";
    } else {
      result += c;
    }
  }
  return result + "'";
}

std::vector<std::string> run_arguments(const UserDataOptions& options) {
  const auto& allowed = options.allow_write;
  const bool all = std::find(allowed.begin(), allowed.end(), "instance-store") != allowed.end();
  std::vector<std::string> arguments{"--suite", options.suite, "--target", all ? "all" : "ebs"};
  const auto add = [&](const char* name, const std::vector<std::string>& values) {
    for (const std::string& value : values) {
      arguments.emplace_back(name);
      arguments.push_back(value);
    }
  };
  add("--allow-write", allowed);
  add("--tag", options.tags);
  add("--volume-note", options.volume_notes);
  return arguments;
}

std::string settings(const UserDataOptions& options) {
  std::string arguments;
  for (const std::string& argument : run_arguments(options)) arguments += " " + quoted(argument);
  return fmt::format(
      "export BUNDLE_URL={}\nexport BUNDLE_SHA256={}\nexport UPLOAD={}\nMAX_MINUTES={}\n"
      "ON_FINISH={}\nNEED_CLASS={}\nRUN_ARGUMENTS=({})\n",
      quoted(options.bundle_url), options.bundle_sha256,
      quoted(options.urls.empty() ? options.upload : urls_path), minutes_max_of(options),
      options.on_finish == OnFinish::keep ? "keep" : "poweroff", quoted(options.need_class),
      arguments.substr(1));
}

std::string unit(const UserDataOptions& options) {
  std::string text(embedded::unit_file);
  if (options.on_finish == OnFinish::keep && options.minutes_max == 0) return text;
  const std::string before = "KillMode=";
  const std::string limit =
      fmt::format("RuntimeMaxSec={}min\n", minutes_max_of(options) - last_minutes);
  return text.insert(text.find(before), limit);
}

struct InstalledFile {
  std::string path;
  std::string permissions;
  std::string content;
};

std::vector<InstalledFile> installed_files(const UserDataOptions& options) {
  std::vector<InstalledFile> files{
      {"/opt/assay/settings.sh", "0600", settings(options)},
      {"/opt/assay/launch.sh", "0755", std::string(embedded::launch_script)},
      {"/opt/assay/finish.sh", "0755", std::string(embedded::finish_script)},
      {"/opt/assay/transfer.py", "0644", std::string(embedded::transfer_script)},
      {"/etc/systemd/system/assay.service", "0644", unit(options)}};
  if (!options.urls.empty()) files.push_back({urls_path, "0600", options.urls});
  return files;
}

std::string arming(const UserDataOptions& options) {
  return fmt::format("shutdown -P +{}", minutes_max_of(options));
}

std::string heading(const UserDataOptions& options) {
  std::string end = "launch with InstanceInitiatedShutdownBehavior=terminate: it ends the bill";
  if (options.on_finish == OnFinish::stop) {
    end =
        "launch with InstanceInitiatedShutdownBehavior=stop: it leaves the volumes and their bill";
  }
  if (options.on_finish == OnFinish::keep) {
    end = "the instance stays, and so does its bill: terminate it yourself";
  }
  const std::string within = options.on_finish == OnFinish::keep
                                 ? "stays on"
                                 : fmt::format("ends within {} min", minutes_max_of(options));
  return fmt::format("# assay {}: measures this instance ({}), uploads, {}.\n# {}\n",
                     build_info::version, options.suite, within, end);
}

std::string cloud_config(const UserDataOptions& options) {
  std::string text = "#cloud-config\n" + heading(options) + "write_files:\n";
  for (const InstalledFile& file : installed_files(options)) {
    text +=
        fmt::format("- path: {}\n  permissions: '{}'\n  content: |\n", file.path, file.permissions);
    std::istringstream lines(file.content);
    for (std::string line; std::getline(lines, line);) {
      text += line.empty() ? "\n" : "    " + line + "\n";
    }
  }
  text += "runcmd:\n";
  if (options.on_finish != OnFinish::keep) text += "- " + arming(options) + "\n";
  return text + "- systemctl daemon-reload\n- systemctl enable --now --no-block assay.service\n";
}

std::string script(const UserDataOptions& options) {
  std::string text = "#!/bin/bash\n" + heading(options) + "set -u\n";
  if (options.on_finish != OnFinish::keep) text += arming(options) + "\n";
  text += "mkdir -p /opt/assay\numask 077\n";
  for (const InstalledFile& file : installed_files(options)) {
    const bool ended = file.content.ends_with('\n');  // the mark stands on a line of its own
    text += fmt::format("cat >{} <<'END_OF_FILE'\n{}{}END_OF_FILE\nchmod {} {}\n", file.path,
                        file.content, ended ? "" : "\n", file.permissions, file.path);
  }
  return text + "systemctl daemon-reload\nsystemctl enable --now --no-block assay.service\n";
}

std::string mime(const UserDataOptions& options) {
  return fmt::format(
      "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"==assay==\"\n\n--==assay==\n"
      "Content-Type: text/cloud-config; charset=\"us-ascii\"\nContent-Transfer-Encoding: 7bit\n\n"
      "{}\n--==assay==--\n",
      cloud_config(options));
}

}  // namespace

std::string render_user_data(const UserDataOptions& options) {
  std::string text;
  switch (options.format) {
    case UserDataFormat::cloud_config:
      text = cloud_config(options);
      break;
    case UserDataFormat::script:
      text = script(options);
      break;
    case UserDataFormat::mime:
      text = mime(options);
      break;
  }
  if (text.size() <= user_data_bytes_max) return text;
  throw UsageError(fmt::format(
      "the user-data would have {} bytes, and EC2 takes {}: presign the URLs with long-term keys "
      "(those of a role's session carry its token each), or upload to s3:// by a role",
      text.size(), user_data_bytes_max));
}

}  // namespace assay
