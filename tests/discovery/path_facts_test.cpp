// inspect_path looks at this machine, so these tests make what they look at.
#include "runners/discovery/path_facts.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "runners/discovery/direct_io.hpp"
#include "tests/discovery/fixtures.hpp"

namespace assay {
namespace {

namespace fs = std::filesystem;

/// The build's own disk: /tmp may be a tmpfs.
fs::path source_parent() { return fs::current_path(); }

bool is_tmpfs(const fs::path& path) {
  constexpr long tmpfs_magic = 0x01021994;
  struct statfs status {};
  return statfs(path.c_str(), &status) == 0 && status.f_type == tmpfs_magic;
}

TEST(PathFacts, ADirectoryIsInspectedAndLeftAsItWas) {
  const ScratchDirectory scratch(source_parent());
  const PathFacts facts = inspect_path(scratch.path());
  EXPECT_EQ(facts.kind, PathKind::directory);
  EXPECT_TRUE(facts.writable);
  EXPECT_EQ(facts.canonical, fs::canonical(scratch.path()));
  EXPECT_FALSE(facts.file_system_type.empty());
  EXPECT_FALSE(facts.mount_point.empty());
  EXPECT_GT(facts.available_bytes, 0U);
  EXPECT_EQ(facts.error, "");
  EXPECT_EQ(facts.direct_io_error.empty(), facts.direct_io == DirectIo::works);
  EXPECT_TRUE(fs::is_empty(scratch.path()));
}

TEST(PathFacts, RelativeAndLinkedPathsAreResolved) {
  const ScratchDirectory scratch(source_parent());
  fs::create_directory(scratch.path() / "real");
  fs::create_directory_symlink("real", scratch.path() / "link");
  EXPECT_EQ(inspect_path(scratch.path() / "link").canonical,
            fs::canonical(scratch.path() / "real"));
  EXPECT_EQ(inspect_path(".").canonical, fs::canonical(fs::current_path()));
  EXPECT_EQ(inspect_path(".").path, ".");
}

bool lists(const Host& host, const FileSystem& wanted) {
  return std::any_of(host.file_systems.begin(), host.file_systems.end(),
                     [&](const FileSystem& each) {
                       return each.mount_point == wanted.mount_point &&
                              each.device == wanted.device && each.type == wanted.type;
                     });
}

TEST(PathFacts, AgreesWithDiscoveryOnEachMountPoint) {
  const Host host = discover({});
  std::vector<PathFacts> inspected;
  for (const FileSystem& each : host.file_systems) {
    inspected.push_back(inspect_path(each.mount_point));
  }
  const Host after = discover({});
  for (std::size_t i = 0; i < inspected.size(); ++i) {
    const FileSystem& each = host.file_systems[i];
    // Others of this machine may unmount it meanwhile, or mount another there.
    if (!lists(after, each)) continue;
    const PathFacts& facts = inspected[i];
    EXPECT_EQ(facts.device, each.device) << each.mount_point;
    EXPECT_EQ(facts.file_system_type, each.type) << each.mount_point;
    EXPECT_EQ(facts.mount_point, each.mount_point);
  }
  if (host.file_systems.empty()) GTEST_SKIP() << "no file system is mounted in this chroot";
}

TEST(PathFacts, APartitionBelongsToItsDisk) {
  const ScratchDirectory scratch;
  scratch.write("sys/devices/virtual/block/dm-0/size", "8");
  scratch.write("sys/devices/pci/nvme1n1/nvme1n1p2/partition", "2");
  fs::create_directories(scratch.path() / "sys/dev/block");
  fs::create_symlink("../../devices/virtual/block/dm-0", scratch.path() / "sys/dev/block/253:0");
  fs::create_symlink("../../devices/pci/nvme1n1/nvme1n1p2", scratch.path() / "sys/dev/block/259:2");
  fs::create_symlink("../../devices/pci/nvme1n1", scratch.path() / "sys/dev/block/259:0");
  EXPECT_EQ(disk_of_number({scratch.path()}, 259, 0), "nvme1n1");
  EXPECT_EQ(disk_of_number({scratch.path()}, 259, 2), "nvme1n1");
  EXPECT_EQ(disk_of_number({scratch.path()}, 253, 0), "dm-0");
  EXPECT_EQ(disk_of_number({scratch.path()}, 8, 0), "");
}

TEST(PathFacts, ARegularFileKeepsItsContent) {
  const ScratchDirectory scratch(source_parent());
  const fs::path file = scratch.write("data", std::string(10'000, 'x'));
  const PathFacts facts = inspect_path(file);
  EXPECT_EQ(facts.kind, PathKind::regular_file);
  EXPECT_EQ(facts.size_bytes, 10'000U);
  std::ifstream content(file);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(content), {}), std::string(10'000, 'x'));
}

TEST(PathFacts, MissingPathsSaySo) {
  const PathFacts facts = inspect_path("/nonexistent/../nonexistent/data");
  EXPECT_EQ(facts.kind, PathKind::missing);
  EXPECT_EQ(facts.canonical, "/nonexistent/data");
  EXPECT_NE(facts.error.find("No such file or directory"), std::string::npos) << facts.error;
  EXPECT_EQ(inspect_path("").kind, PathKind::missing);
  EXPECT_FALSE(inspect_path("").error.empty());
}

TEST(PathFacts, APathBehindAClosedDirectoryIsNotMissing) {
  const ScratchDirectory scratch;
  scratch.write("closed/data", "x");
  fs::permissions(scratch.path(), fs::perms(0755));
  fs::permissions(scratch.path() / "closed", fs::perms(0));
  const uid_t user = geteuid();
  constexpr uid_t nobody = 65534;
  if (user == 0) {
    ASSERT_EQ(seteuid(nobody), 0);
  }
  const PathFacts facts = inspect_path(scratch.path() / "closed/data");
  ASSERT_EQ(seteuid(user), 0);
  fs::permissions(scratch.path() / "closed", fs::perms::owner_all);
  EXPECT_EQ(facts.kind, PathKind::unreachable);
  EXPECT_NE(facts.error.find("Permission denied"), std::string::npos) << facts.error;
}

TEST(PathFacts, TheCharacterNodeOfANamespaceMeansItsDisk) {
  const ScratchDirectory scratch;
  scratch.write("sys/devices/pci/nvme1/nvme1n1/size", "8");
  scratch.write("sys/devices/pci/nvme1/ng1n1/dev", "240:0");
  scratch.write("sys/devices/virtual/mem/null/dev", "1:3");
  scratch.write("sys/devices/pci/nvme2/ng2n1/dev", "240:1");
  fs::create_directories(scratch.path() / "sys/dev/char");
  fs::create_directories(scratch.path() / "sys/block");
  const auto link = [&](const std::string& to, const std::string& at) {
    fs::create_symlink("../../" + to, scratch.path() / at);
  };
  link("devices/pci/nvme1/ng1n1", "sys/dev/char/240:0");
  link("devices/pci/nvme2/ng2n1", "sys/dev/char/240:1");
  link("devices/virtual/mem/null", "sys/dev/char/1:3");
  fs::create_symlink("../devices/pci/nvme1/nvme1n1", scratch.path() / "sys/block/nvme1n1");
  EXPECT_EQ(block_name_of_generic({scratch.path()}, 240, 0), "nvme1n1");
  EXPECT_EQ(block_name_of_generic({scratch.path()}, 240, 1), "");  // its disk is not there
  EXPECT_EQ(block_name_of_generic({scratch.path()}, 1, 3), "");
  EXPECT_EQ(block_name_of_generic({scratch.path()}, 9, 9), "");
}

TEST(PathFacts, CharacterDevicesAndPipesAreNotTouched) {
  EXPECT_EQ(inspect_path("/dev/null").kind, PathKind::character_device);
  EXPECT_EQ(inspect_path("/dev/null").direct_io, DirectIo::unknown);
  EXPECT_EQ(inspect_path("/dev/null").device, "");
  const ScratchDirectory scratch;
  const fs::path pipe = scratch.path() / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(inspect_path(pipe).kind, PathKind::other);  // and this returns
}

TEST(PathFacts, ABlockDeviceIsNamedAndSizedWithoutWriting) {
  const Host host = discover({});
  for (const BlockDevice& each : host.block_devices) {
    // Others of this machine attach and detach loop devices.
    if (each.transport == "loop" || !fs::exists(each.path)) continue;
    const PathFacts facts = inspect_path(each.path);
    EXPECT_EQ(facts.kind, PathKind::block_device);
    EXPECT_EQ(facts.device, each.name);
    EXPECT_EQ(facts.size_bytes, each.size_bytes);
    return;
  }
  GTEST_SKIP() << "no block device of this machine has a node in /dev";
}

TEST(PathFacts, TmpfsIsReportedByItsType) {
  if (!is_tmpfs("/dev/shm")) GTEST_SKIP() << "/dev/shm is not a tmpfs here";
  const PathFacts facts = inspect_path("/dev/shm");
  EXPECT_EQ(facts.file_system_type, "tmpfs");
  EXPECT_EQ(facts.mount_point, "/dev/shm");
  EXPECT_EQ(facts.device, "");
}

TEST(PathFacts, AFileSystemWithoutDirectIoRefusesIt) {
  const PathFacts facts = inspect_path("/proc/self/status");
  EXPECT_EQ(facts.file_system_type, "proc");
  EXPECT_EQ(facts.direct_io, DirectIo::refused);
  EXPECT_NE(facts.direct_io_error.find("Invalid argument"), std::string::npos)
      << facts.direct_io_error;
}

TEST(PathFacts, AnUnwritableDirectoryIsNotProbed) {
  const ScratchDirectory scratch;
  fs::permissions(scratch.path(), fs::perms(0555));
  // Root may write anywhere, so root asks as nobody.
  const uid_t user = geteuid();
  constexpr uid_t nobody = 65534;
  if (user == 0) {
    ASSERT_EQ(seteuid(nobody), 0);
  }
  const PathFacts facts = inspect_path(scratch.path());
  ASSERT_EQ(seteuid(user), 0);
  fs::permissions(scratch.path(), fs::perms::owner_all);
  EXPECT_EQ(facts.kind, PathKind::directory);
  EXPECT_FALSE(facts.writable);
  EXPECT_EQ(facts.direct_io, DirectIo::unknown);
  EXPECT_EQ(facts.direct_io_error, "the directory is not writable");
}

TEST(DirectIoProbe, AgreesWithAnOpenOfOurOwn) {
  const ScratchDirectory scratch(source_parent());
  const fs::path file = scratch.path() / "own";
  const int opened = open(file.c_str(), O_RDWR | O_CREAT | O_DIRECT, 0600);
  if (opened >= 0) close(opened);
  fs::remove(file);
  const DirectIoAnswer answer = try_direct_io_in_directory(scratch.path());
  EXPECT_EQ(answer.state == DirectIo::works, opened >= 0) << answer.error;
  EXPECT_TRUE(fs::is_empty(scratch.path()));
}

TEST(DirectIoProbe, MissingPathsAreUnknownNotRefused) {
  EXPECT_EQ(try_direct_io_in_directory("/nonexistent").state, DirectIo::unknown);
  EXPECT_EQ(try_direct_read("/nonexistent/file").state, DirectIo::unknown);
}

}  // namespace
}  // namespace assay
