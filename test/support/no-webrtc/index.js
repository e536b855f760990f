/** No WebRTC: what imports webrtc-polyfill finds each of its names undefined, as on a platform without WebRTC. */
export const RTCPeerConnection = undefined;
export const RTCSessionDescription = undefined;
export const RTCIceCandidate = undefined;
export default {};
