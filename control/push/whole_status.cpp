// SPDX-License-Identifier: Apache-2.0
#include "push/whole_status.h"

#include <algorithm>
#include <iterator>

namespace bulkhead::control {

namespace {

Result<ipc::DataplaneStatus> page(DataplaneLink& link, const std::string& after) {
  auto answer = link.ask(ipc::GetStatus{after});
  if (!answer) return std::move(answer).error();
  if (auto* status = std::get_if<ipc::DataplaneStatus>(&*answer)) return std::move(*status);
  return Error{ErrorCode::kUnavailable, "the dataplane does not say how it is"};
}

}  // namespace

Result<ipc::DataplaneStatus> whole_status(DataplaneLink& link) {
  Result<ipc::DataplaneStatus> whole = page(link, {});
  if (!whole) return whole;
  std::vector<ipc::PeerStatus>& peers = whole->peers;
  while (whole->more_peers && !peers.empty() && peers.size() <= ipc::kMaxPeers) {
    Result<ipc::DataplaneStatus> next = page(link, peers.back().name);
    whole->more_peers = next && next->more_peers && !next->peers.empty();
    if (next) std::ranges::move(next->peers, std::back_inserter(peers));
  }
  return whole;
}

}  // namespace bulkhead::control
