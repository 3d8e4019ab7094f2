// SPDX-License-Identifier: Apache-2.0
#include "mesh/lane_installer.h"

#include "mesh/message.h"

namespace bulkhead::control {

namespace {

Error unexpected() {
  return Error{ErrorCode::kInternal, "the dataplane gave another answer than asked for"};
}

}  // namespace

Status LaneInstaller::expect_ok(ipc::Body question) {
  Result<ipc::Body> answer = link_.ask(std::move(question));
  if (!answer.ok()) return std::move(answer).error();
  if (!std::holds_alternative<ipc::Ok>(*answer)) return unexpected();
  return {};
}

Status LaneInstaller::connected(const ipc::Hello& hello, ipc::SetPeers peers) {
  if (hello.workers == 0 || hello.workers > mesh::kMaxWorkers)
    return Error{ErrorCode::kUnsupported,
                 "the dataplane has " + std::to_string(hello.workers) + " workers"};
  if (Status told = expect_ok(std::move(peers)); !told.ok()) return told;
  const std::scoped_lock lock(mutex_);
  ready_ = ReadyDataplane{hello.boot_nonce, static_cast<uint16_t>(hello.workers)};
  return {};
}

std::optional<ReadyDataplane> LaneInstaller::ready() const {
  const std::optional<ipc::Hello> now = link_.connected();
  const std::scoped_lock lock(mutex_);
  if (!now || !ready_ || now->boot_nonce != ready_->boot_nonce) return std::nullopt;
  return ready_;
}

Result<std::vector<uint32_t>> LaneInstaller::allocate(size_t count) {
  Result<ipc::Body> answer = link_.ask(ipc::AllocateSpis{static_cast<uint32_t>(count)});
  if (!answer.ok()) return std::move(answer).error();
  auto* const spis = std::get_if<ipc::Spis>(&*answer);
  if (spis == nullptr || spis->spis.size() != count) return unexpected();
  return std::move(spis->spis);
}

Status LaneInstaller::install(ipc::InstallInbound lanes) {
  return expect_ok(std::move(lanes));
}

Status LaneInstaller::install(ipc::InstallOutbound lanes) {
  return expect_ok(std::move(lanes));
}

Status LaneInstaller::remove(const std::string& peer, std::vector<uint32_t> spis) {
  return expect_ok(ipc::RemoveInbound{peer, std::move(spis)});
}

Result<ipc::DataplaneStatus> LaneInstaller::status(const std::string& after) {
  Result<ipc::Body> answer = link_.ask(ipc::GetStatus{after});
  if (!answer.ok()) return std::move(answer).error();
  if (auto* status = std::get_if<ipc::DataplaneStatus>(&*answer)) return std::move(*status);
  return unexpected();
}

}  // namespace bulkhead::control
