// SPDX-License-Identifier: Apache-2.0
#include "ipc/sealed_memfd.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>

namespace bulkhead::ipc {
namespace {

constexpr int kAllSeals = F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL;

Status write_all(int fd, std::span<const uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return io_error("write the memfd");
    bytes = bytes.subspan(static_cast<size_t>(n));
  }
  return {};
}

}  // namespace

Result<UniqueFd> create_sealed(const char* name, std::span<const uint8_t> bytes) {
  UniqueFd fd(::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!fd.valid()) return io_error("make a memfd");
  if (Status s = write_all(fd.get(), bytes); !s) return std::move(s).error();
  if (::fcntl(fd.get(), F_ADD_SEALS, kAllSeals) != 0) return io_error("seal the memfd");
  return fd;
}

Result<SealedBytes> SealedBytes::map(const UniqueFd& fd, size_t max_bytes) {
  // Seals first: before them, a size means nothing.
  const int seals = ::fcntl(fd.get(), F_GET_SEALS);
  if (seals < 0 && errno == EINVAL)
    return Error{ErrorCode::kInvalid, "the descriptor is not a memfd that can be sealed"};
  if (seals < 0) return io_error("read the seals");
  if ((seals & kAllSeals) != kAllSeals)
    return Error{ErrorCode::kInvalid, "the memfd is not sealed against write, grow and shrink"};
  struct stat file {};
  if (::fstat(fd.get(), &file) != 0) return io_error("read the memfd's size");
  const auto size = static_cast<uint64_t>(file.st_size);
  if (size == 0 || size > max_bytes)
    return Error{ErrorCode::kInvalid, "the memfd has " + std::to_string(size) +
                                          " bytes, not 1 to " + std::to_string(max_bytes)};
  // Private: the kernel refuses a shared mapping of a write-sealed file before Linux 6.7.
  Result<Mapping> memory = Mapping::of(fd.get(), size, PROT_READ, MAP_PRIVATE | MAP_POPULATE);
  if (!memory) return std::move(memory).error();
  SealedBytes sealed;
  sealed.memory_ = std::move(*memory);
  return sealed;
}

}  // namespace bulkhead::ipc
