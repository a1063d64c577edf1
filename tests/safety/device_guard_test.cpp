// The guard on real loop devices over files of the test: nothing else is ever opened for writing.
#include "runners/safety/device_guard.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/swap.h>
#include <sys/wait.h>
#include <unistd.h>

#include <memory>

#include "runners/discovery/signatures.hpp"
#include "tests/discovery/fixtures.hpp"
#include "tests/safety/disk_images.hpp"
#include "tests/safety/loop_device.hpp"

namespace assay {
namespace {

namespace fs = std::filesystem;

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class Guard : public testing::Test {
 protected:
  /// A loop device over an image, and the target that a Plan would make of it.
  void set_up(const std::string& bytes, LoopDevice::Mode mode = LoopDevice::Mode::read_write,
              std::uint64_t offset = 0) {
    fd_ = FileHandle();
    device_.reset();
    file_ = scratch_.write("disk.img", bytes);
    device_ = std::make_unique<LoopDevice>(file_, mode, offset);
    if (!device_->skip_reason().empty()) GTEST_SKIP() << device_->skip_reason();
    target_ = {};
    target_.chosen = true;
    target_.kind = TargetKind::block_device;
    target_.path = device_->path();
    target_.device = device_->name();
    target_.serial = "loop:" + fs::canonical(file_).native();
    target_.span_bytes = image_bytes - offset;
    target_.overwrite = Overwrite{"", image_bytes - offset, target_.serial, {}};
  }

  void open_with(int flags) {
    fd_ = FileHandle();
    fd_ = FileHandle(open(target_.path.c_str(), flags | O_DIRECT | O_CLOEXEC));
    ASSERT_TRUE(fd_.valid());
  }

  /// What the user is told of the device as it is now, each thing in one text.
  std::vector<std::string> told() const {
    std::vector<std::string> texts;
    for (const Signature& one : probe_signatures(target_.path).found) {
      texts.push_back(describe_signature(one));
    }
    return texts;
  }

  std::string reason() { return reason_against_writing(fd_.get(), target_); }
  bool refuses(const std::string& words) { return reason().find(words) != std::string::npos; }

  ScratchDirectory scratch_{fs::current_path()};
  fs::path file_;
  std::unique_ptr<LoopDevice> device_;
  FileHandle fd_;
  Target target_;
};

TEST_F(Guard, ABlankDiskThatThePlanNamesMayBeWrittenTo) {
  for (const std::string& image : {blank_image(), noise_image()}) {
    set_up(image);
    if (IsSkipped()) return;
    open_with(O_RDWR | O_EXCL);
    EXPECT_EQ(reason(), "");
  }
}

TEST_F(Guard, EverySignatureIsRefusedUnlessItWasToldToBeLost) {
  for (const DiskImage& image : disk_images()) {
    set_up(image.bytes);
    if (IsSkipped()) return;
    open_with(O_RDWR | O_EXCL);
    EXPECT_TRUE(refuses("holds something now")) << image.what << ": " << reason();
    target_.overwrite->destroys = {"zfs_member (member of a set)"};
    EXPECT_TRUE(refuses("holds something now")) << image.what << ": " << reason();
    target_.overwrite->destroys = told();
    EXPECT_EQ(reason(), "") << image.what;
    EXPECT_TRUE(content_of(file_) == image.bytes) << image.what;
  }
}

TEST_F(Guard, AnotherOneOfTheTypeThatWasToBeLostIsRefused) {
  const DiskImage& gpt = image_of("a GPT");
  const DiskImage& lvm = image_of("an LVM physical volume");
  for (const DiskImage& image : {gpt, lvm}) {
    set_up(image.bytes);
    if (IsSkipped()) return;
    open_with(O_RDWR | O_EXCL);
    std::vector<std::string> earlier = told();
    for (std::string& text : earlier) {
      const std::size_t uuid = text.find("UUID ");
      if (uuid != std::string::npos) text[uuid + 5] = text[uuid + 5] == '0' ? '1' : '0';
    }
    ASSERT_NE(earlier, told()) << image.what;
    target_.overwrite->destroys = earlier;
    EXPECT_TRUE(refuses("holds something now")) << image.what << ": " << reason();
    target_.overwrite->destroys = told();
    EXPECT_EQ(reason(), "") << image.what;
  }
}

TEST_F(Guard, OfSeveralFormatsOnOneDiskEachMustHaveBeenTold) {
  std::string both = image_of("an XFS file system").bytes;
  both.replace(1024, 1024, image_of("an ext2 file system").bytes.substr(1024, 1024));
  set_up(both);
  if (IsSkipped()) return;
  open_with(O_RDWR | O_EXCL);
  const std::vector<std::string> all = told();
  ASSERT_EQ(all.size(), 2U);
  target_.overwrite->destroys = all;
  EXPECT_EQ(reason(), "");
  for (const std::string& one : all) {
    target_.overwrite->destroys = {one, "swap (signature)"};
    EXPECT_TRUE(refuses("holds something now")) << one << ": " << reason();
  }
}

TEST_F(Guard, WhatDiffersFromThePlanIsRefused) {
  set_up(blank_image());
  if (IsSkipped()) return;
  open_with(O_RDWR | O_EXCL);
  const Target planned = target_;
  struct Change {
    const char* words;
    void (*apply)(Target&);
  };
  const std::vector<Change> changes{
      {"gives no leave", [](Target& target) { target.overwrite.reset(); }},
      {"gives no leave", [](Target& target) { target.overwrite->permission.clear(); }},
      {"gives no leave", [](Target& target) { target.serial.clear(); }},
      {"gives no leave", [](Target& target) { target.chosen = false; }},
      {"gives no leave", [](Target& target) { target.kind = TargetKind::file_system; }},
      {"the Plan named nvme1n1", [](Target& target) { target.device = "nvme1n1"; }},
      {"the Plan named AWS123", [](Target& target) { target.serial = "AWS123"; }},
      {"cannot be found", [](Target& target) { target.serial = "loop:/nonexistent"; }},
      {"does not stand on", [](Target& target) { target.serial = "loop:/proc/self/exe"; }},
      {"the Plan says 4096", [](Target& target) { target.overwrite->device_bytes = 4096; }},
      {"beyond its end", [](Target& target) { target.span_bytes = image_bytes + 1; }},
  };
  for (const Change& change : changes) {
    target_ = planned;
    change.apply(target_);
    EXPECT_TRUE(refuses(change.words)) << change.words << ": " << reason();
  }
  target_ = planned;
  EXPECT_EQ(reason(), "");
}

TEST_F(Guard, ADescriptorThatIsNotAnExclusiveWriterIsRefused) {
  set_up(blank_image());
  if (IsSkipped()) return;
  open_with(O_RDWR);
  EXPECT_TRUE(refuses("not held exclusively")) << reason();
  open_with(O_RDONLY | O_EXCL);
  EXPECT_TRUE(refuses("not opened for writing")) << reason();
  const FileHandle file(open(file_.c_str(), O_RDWR | O_CLOEXEC));
  EXPECT_EQ(reason_against_writing(file.get(), target_), "it is no block device");
  EXPECT_EQ(reason_against_writing(-1, target_), "it is no block device");
}

TEST_F(Guard, AReadOnlyDeviceIsRefused) {
  set_up(blank_image(), LoopDevice::Mode::read_only);
  if (IsSkipped()) return;
  open_with(O_RDONLY | O_EXCL);
  EXPECT_TRUE(refuses("read-only")) << reason();
}

TEST_F(Guard, ALoopDeviceThatHidesPartOfItsFileOrIsASecondNameOfADiskIsRefused) {
  set_up(blank_image(), LoopDevice::Mode::read_write, 4096);
  if (IsSkipped()) return;
  open_with(O_RDWR | O_EXCL);
  EXPECT_TRUE(refuses("only a part of its file")) << reason();

  set_up(blank_image());
  fd_ = FileHandle();
  const LoopDevice second(device_->path());
  if (!second.skip_reason().empty()) GTEST_SKIP() << second.skip_reason();
  target_.path = second.path();
  target_.device = second.name();
  target_.serial = "loop:" + device_->path();
  open_with(O_RDWR | O_EXCL);
  EXPECT_TRUE(refuses("no regular file")) << reason();
}

/// Mounts in a child whose mount namespace nobody else sees, and keeps it until told to end.
class HiddenMount {
 public:
  HiddenMount(const std::string& device, const std::string& point) {
    if (pipe(ready_) != 0 || pipe(end_) != 0) return;
    child_ = fork();
    if (child_ != 0) {
      char state = 0;
      mounted_ = read(ready_[0], &state, 1) == 1 && state == 'y';
      return;
    }
    const bool done = unshare(CLONE_NEWNS) == 0 &&
                      mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                      mount(device.c_str(), point.c_str(), "ext2", MS_RDONLY, nullptr) == 0;
    (void)!write(ready_[1], done ? "y" : "n", 1);
    close(end_[1]);
    char byte = 0;
    (void)!read(end_[0], &byte, 1);  // until the parent ends, whichever way
    _exit(0);
  }
  ~HiddenMount() {
    for (const int fd : {end_[0], end_[1], ready_[0], ready_[1]}) close(fd);
    if (child_ > 0) waitpid(child_, nullptr, 0);
  }
  HiddenMount(const HiddenMount&) = delete;
  HiddenMount& operator=(const HiddenMount&) = delete;
  bool mounted() const { return mounted_; }

 private:
  int ready_[2]{-1, -1};
  int end_[2]{-1, -1};
  pid_t child_ = -1;
  bool mounted_ = false;
};

TEST_F(Guard, AMountInAnotherNamespaceIsSeen) {
  set_up(blank_image());
  if (IsSkipped()) return;
  const std::string make = "mkfs.ext2 -q -F " + device_->path() + " 2>/dev/null";
  if (system(make.c_str()) != 0) GTEST_SKIP() << "mkfs.ext2 does not work here";
  const fs::path point = scratch_.path() / "point";
  fs::create_directory(point);
  {
    const HiddenMount hidden(device_->path(), point);
    if (!hidden.mounted()) GTEST_SKIP() << "no mount namespace here";
    target_.overwrite->destroys = told();
    open_with(O_RDWR);
    EXPECT_TRUE(refuses("it is mounted, as process")) << reason();
    try {
      open_to_overwrite(target_, system_device_guard());
      FAIL() << "opened a mounted device";
    } catch (const std::runtime_error& error) {
      EXPECT_NE(std::string(error.what()).find("something holds it"), std::string::npos);
    }
  }
  open_with(O_RDWR | O_EXCL);
  EXPECT_EQ(reason(), "");
}

/// Swap on a device of the test, off again whatever happens.
class Swap {
 public:
  explicit Swap(const std::string& path) : path_(path), on_(swapon(path.c_str(), 0) == 0) {}
  ~Swap() {
    if (on_) swapoff(path_.c_str());
  }
  Swap(const Swap&) = delete;
  Swap& operator=(const Swap&) = delete;
  bool on() const { return on_; }

 private:
  std::string path_;
  bool on_;
};

TEST_F(Guard, SwapIsSeen) {
  set_up(image_of("a swap area").bytes);
  if (IsSkipped()) return;
  const Swap swap(device_->path());
  if (!swap.on()) GTEST_SKIP() << "swapon is not allowed here";
  target_.overwrite->destroys = {"swap (signature)"};
  open_with(O_RDWR);
  EXPECT_TRUE(refuses("swap space")) << reason();
}

TEST_F(Guard, ARefusedDeviceIsNotChangedAndWithoutAGuardNoneIsOpened) {
  set_up(image_of("an XFS file system").bytes);
  if (IsSkipped()) return;
  for (const DeviceGuard& guard : {system_device_guard(), refusing_guard()}) {
    EXPECT_THROW(open_to_overwrite(target_, guard), std::runtime_error);
  }
  target_.overwrite.reset();
  EXPECT_THROW(open_to_overwrite(target_, system_device_guard()), std::logic_error);
  EXPECT_TRUE(content_of(file_) == image_of("an XFS file system").bytes);
}

}  // namespace
}  // namespace assay
