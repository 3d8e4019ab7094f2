// SPDX-License-Identifier: Apache-2.0
#include "capture/capture_files.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>

namespace bulkhead::control {

namespace {

namespace fs = std::filesystem;

constexpr int64_t kNsPerSecond = 1'000'000'000;
constexpr uint64_t kBytesPerMb = 1'000'000;
constexpr std::string_view kPrefix = "refused-", kSuffix = ".pcapng";

struct Kept {
  uint64_t number;
  fs::path path;
};

// Of a name that is one of ours.
std::optional<uint64_t> number_of(std::string_view name) {
  if (!name.starts_with(kPrefix) || !name.ends_with(kSuffix)) return std::nullopt;
  name.remove_prefix(kPrefix.size());
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  const bool good = error == std::errc{} && end != name.data() + name.size() && *end == '-';
  return good ? std::optional(number) : std::nullopt;
}

// The oldest first.
Result<std::vector<Kept>> files_in(const std::string& directory) {
  std::vector<Kept> files;
  std::error_code error;
  for (fs::directory_iterator at(directory, error), end; !error && at != end; at.increment(error))
    if (const auto number = number_of(at->path().filename().native()))
      files.push_back({*number, at->path()});
  if (error) return Error{ErrorCode::kIo, "read " + directory + ": " + error.message()};
  std::ranges::sort(files, {}, &Kept::number);
  return files;
}

std::string name_of(uint64_t number, int64_t wall_ns) {
  return fmt::format("{}{:06}-{:%Y%m%dT%H%M%SZ}{}", kPrefix, number,
                     fmt::gmtime(static_cast<std::time_t>(wall_ns / kNsPerSecond)), kSuffix);
}

}  // namespace

Result<CaptureFiles> CaptureFiles::open(const EvidenceConfig& config, std::string gateway) {
  if (::mkdir(config.directory.c_str(), 0700) != 0 && errno != EEXIST)
    return io_error("make directory " + config.directory);
  const auto files = files_in(config.directory);
  if (!files) return files.error();
  CaptureFiles out(config, std::move(gateway));
  if (!files->empty()) out.number_ = files->back().number;
  return out;
}

Status CaptureFiles::add(const ResolvedEvent& event) {
  // A packet that does not arrive in the file describes no interface there.
  pcapng::Section next = section_;
  std::string blocks = next.packet(event);
  if (!file_.valid() || full(blocks.size(), event.record.wall_ns)) {
    if (Status begun = begin_file(event.record.wall_ns); !begun) return begun;
    next = section_;
    blocks = next.packet(event);
  }
  if (Status appended = append(blocks); !appended) return appended;
  section_ = std::move(next);
  return {};
}

// A clock that goes back does not stretch a file's time.
bool CaptureFiles::full(size_t more, int64_t wall_ns) const {
  const int64_t age = wall_ns - begun_ns_;
  return bytes_ + more > config_.max_mb * kBytesPerMb || age < 0 ||
         age >= config_.seconds_per_file * kNsPerSecond;
}

// The oldest go, until there is room for another one.
Status CaptureFiles::make_room_for_one() {
  const auto files = files_in(config_.directory);
  if (!files) return files.error();
  for (size_t i = 0; i + config_.keep <= files->size(); ++i) {
    std::error_code error;
    fs::remove((*files)[i].path, error);
    if (error)
      return Error{ErrorCode::kIo, "remove " + (*files)[i].path.string() + ": " + error.message()};
  }
  return {};
}

Status CaptureFiles::begin_file(int64_t wall_ns) {
  sync();
  file_.reset();
  if (Status room = make_room_for_one(); !room) return room;
  const std::string path = config_.directory + "/" + name_of(number_ + 1, wall_ns);
  constexpr int kHow = O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC | O_NOFOLLOW;
  file_.reset(::open(path.c_str(), kHow, 0600));
  if (!file_.valid()) return io_error("make " + path);
  ++number_;
  bytes_ = 0;
  begun_ns_ = wall_ns;
  Status header = append(section_.begin());
  if (header) return {};
  file_.reset();
  ::unlink(path.c_str());
  return header;
}

Status CaptureFiles::append(const std::string& blocks) {
  const ssize_t wrote = ::write(file_.get(), blocks.data(), blocks.size());
  if (wrote == static_cast<ssize_t>(blocks.size())) {
    bytes_ += blocks.size();
    unsynced_ = true;
    return {};
  }
  if (wrote >= 0) errno = ENOSPC;  // so much there was room for
  const Error error = io_error("write to " + config_.directory);
  if (::ftruncate(file_.get(), static_cast<off_t>(bytes_)) != 0) file_.reset();
  return error;
}

void CaptureFiles::sync() {
  if (!unsynced_ || !file_.valid()) return;
  ::fdatasync(file_.get());
  unsynced_ = false;
}

}  // namespace bulkhead::control
