// SPDX-License-Identifier: Apache-2.0
#include "ipc/sealed_memfd.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

namespace bulkhead::ipc {
namespace {

std::vector<uint8_t> some_bytes(size_t n) {
  std::vector<uint8_t> v(n);
  for (size_t i = 0; i < n; ++i) v[i] = static_cast<uint8_t>(i * 7);
  return v;
}

UniqueFd unsealed(int seals) {
  UniqueFd fd(::memfd_create("t", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  REQUIRE(::ftruncate(fd.get(), 100) == 0);
  REQUIRE(::fcntl(fd.get(), F_ADD_SEALS, seals) == 0);
  return fd;
}

}  // namespace

TEST_CASE("sealed memory: its bytes, are read as they were written", "[ipc]") {
  const std::vector<uint8_t> bytes = some_bytes(10'000);
  Result<UniqueFd> fd = create_sealed("t", bytes);
  REQUIRE(fd.ok());
  Result<SealedBytes> sealed = SealedBytes::map(*fd, 1 << 20);
  REQUIRE(sealed.ok());
  fd->reset();  // the mapping stands alone
  REQUIRE(std::equal(bytes.begin(), bytes.end(), sealed->bytes().begin(), sealed->bytes().end()));
}

TEST_CASE("sealed memory: write, grow, shrink and a writable mapping, are refused to its maker too",
          "[ipc]") {
  const Result<UniqueFd> fd = create_sealed("t", some_bytes(100));
  REQUIRE(::pwrite(fd->get(), "x", 1, 0) < 0);
  REQUIRE(::ftruncate(fd->get(), 1) < 0);
  REQUIRE(::ftruncate(fd->get(), 1000) < 0);
  REQUIRE(::mmap(nullptr, 100, PROT_READ | PROT_WRITE, MAP_SHARED, fd->get(), 0) == MAP_FAILED);
}

TEST_CASE("sealed memory: any seal missing, is not mapped", "[ipc]") {
  const int seals = GENERATE(0, F_SEAL_WRITE, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK,
                             F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL,
                             F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_SEAL,
                             F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SEAL);
  REQUIRE(SealedBytes::map(unsealed(seals), 1 << 20).error().code == ErrorCode::kInvalid);
}

TEST_CASE("sealed memory: empty, longer than allowed or no memfd, is not mapped", "[ipc]") {
  REQUIRE(SealedBytes::map(*create_sealed("t", {}), 100).error().code == ErrorCode::kInvalid);
  REQUIRE(SealedBytes::map(*create_sealed("t", some_bytes(101)), 100).error().code ==
          ErrorCode::kInvalid);
  REQUIRE_FALSE(SealedBytes::map(UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC)), 100).ok());
  REQUIRE_FALSE(SealedBytes::map(UniqueFd(), 100).ok());
}

}  // namespace bulkhead::ipc
